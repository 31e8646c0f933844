import json

import pytest
import record
import redact
from graphql_calls import Call

SECRET = "S3CRETKEYOFOURS"
SOURCE = record.Source("2026-05-16T130207Z-baseline-l3", "s1", redact.redactor((SECRET,)))


def seen(**change):
    return record.Seen(
        **{
            "id": "f1",
            "started": 1_778_936_527.123,
            "method": "GET",
            "scheme": "https",
            "host": "forum.numer.ai",
            "port": 443,
            "target": "/t/1?page=2",
            **change,
        }
    )


def written(call, now=1_778_936_528.623):
    line = record.line(call, SOURCE, now)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


def test_a_call_is_one_line_that_says_who_what_where_and_how_long():
    line = written(seen(status=200, response_bytes=5120, content_type="text/html"))

    assert line["schema"] == 1
    assert (line["run"], line["session"], line["phase"]) == ("2026-05-16T130207Z-baseline-l3", "s1", "done")
    assert line["time"] == "2026-05-16T13:02:07.123Z"
    assert line["seconds"] == 1.5
    assert (line["host"], line["path"], line["query"]) == ("forum.numer.ai", "/t/1", "page=2")
    assert (line["status"], line["response_bytes"], line["category"]) == (200, 5120, "forum")
    assert line["graphql"] is None


def test_an_upload_says_which_submission_came_of_it():
    call = Call("mutation", (("create_submission", "createSubmission"),))

    line = written(seen(call=call, submission="abc"))

    assert line["graphql"] == {"operation": "mutation", "fields": ["createSubmission"], "submission": "abc"}


@pytest.mark.parametrize(
    "change",
    [
        {"target": f"/a/{SECRET}?x=1"},
        {"target": f"/a?x={SECRET}"},
        {"error": f"bad {SECRET}"},
        {"host": f"{SECRET}.org"},
    ],
    ids=["in the path", "in the query", "in an error", "in the host"],
)
def test_a_secret_that_we_hold_is_never_written(change):
    assert SECRET not in json.dumps(written(seen(**change)))


def test_a_line_break_in_an_address_makes_no_second_line():
    assert written(seen(target="/a\nb"))["path"] in ("/a\nb", "/ab")


def test_an_endless_address_is_cut():
    line = written(seen(target="/" + "a" * 100_000 + "?" + "b" * 100_000))

    assert len(line["path"]) == len(line["query"]) == record.MOST_CHARACTERS
