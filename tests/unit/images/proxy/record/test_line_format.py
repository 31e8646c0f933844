import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record import calls, line_format, redact
from record.graphql_calls import Call

from models import usage, watches

SECRET = "S3CRETKEYOFOURS"
SOURCE = line_format.Source("2026-05-16T130207Z-baseline-l3", "s1", redact.redactor((SECRET,)))


def seen(**change):
    return line_format.Seen(
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
    line = line_format.line(line_format.call(call, SOURCE, now, "done"), 7)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


def test_a_call_is_one_line_that_says_who_what_where_and_how_long():
    line = written(seen(status=200, response_bytes=5120, content_type="text/html"))

    assert (line["schema"], line["seq"]) == (2, 7)
    assert (line["run"], line["session"], line["phase"]) == ("2026-05-16T130207Z-baseline-l3", "s1", "done")
    assert line["time"] == "2026-05-16T13:02:07.123Z"
    assert line["seconds"] == 1.5
    assert (line["host"], line["path"], line["query"]) == ("forum.numer.ai", "/t/1", "page=2")
    assert (line["status"], line["response_bytes"], line["category"]) == (200, 5120, "forum")
    assert line["graphql"] is None


def test_a_call_says_from_which_port_its_client_came():
    flow = SimpleNamespace(
        id="f1",
        metadata={},
        request=SimpleNamespace(method="GET", scheme="https", host="a.example", port=443, path="/"),
        client_conn=SimpleNamespace(peername=("10.213.0.9", 40_001)),
    )

    assert written(calls.begin(flow))["client_port"] == 40_001
    flow.client_conn.peername = None
    assert written(calls.begin(flow))["client_port"] is None


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


@pytest.mark.parametrize("target", ["//[", "//]", "//℀/", "http://[::1", "*", "", "?", "#"])
def test_an_address_that_cannot_be_taken_apart_is_kept_as_it_is(target):
    line = written(seen(target=f"{target}?a=1"))

    assert (line["path"], line["query"]) == (target, "a=1") if target != "?" else ("", "?a=1")


def test_the_line_of_a_call_that_leaves_says_where_it_goes_and_hides_what_is_secret():
    told = line_format.sent(seen(target=f"//[/{SECRET}?k={SECRET}"), SOURCE, 1_778_936_528.0)

    assert (told["phase"], told["id"], told["host"]) == ("sent", "f1", "forum.numer.ai")
    assert told["target"].startswith("//[/[redacted:") and "query" not in told


def test_a_line_break_in_an_address_makes_no_second_line():
    assert written(seen(target="/a\nb"))["path"] in ("/a\nb", "/ab")


def test_half_a_character_is_none_in_a_line_and_a_whole_one_stays():
    body = rb'{"type": "message", "model": "half \ud83d", "usage": {"output_tokens": 4, "x": "\ud83d\ude00"}}'
    watch = watches.watch("api.anthropic.com", 200, "application/json", "")
    watch.feed(body)
    watch.finish()

    line = line_format.line(line_format.call(seen(watch=watch), SOURCE, 1_778_936_528.0, "done"), 7)

    usage = json.loads(line)["usage"]
    assert (usage["model"], usage["raw"]["x"]) == ("half \ufffd", "\U0001f600")
    assert line.isascii()
    assert line.decode().encode("utf-8")


def test_an_endless_address_is_cut():
    line = written(seen(target="/" + "a" * 100_000 + "?" + "b" * 100_000))

    assert len(line["path"]) == len(line["query"]) == line_format.MOST_CHARACTERS


ODD = st.tuples(st.text(min_size=1, max_size=20), st.integers(1, 900)).map(lambda drawn: drawn[0] * drawn[1])


@settings(max_examples=25)
@given(path=ODD, error=ODD, why=ODD, name=ODD)
def test_no_line_is_longer_than_the_room_that_is_kept_for_it(path, error, why, name):
    call = seen(
        target=f"/{path}?{path}",
        host=name,
        method=name,
        scheme="https",
        error=error,
        denied=("policy", why),
        content_type=name,
        call=Call("mutation", ((name, name),) * 50),
        submission=name,
        watch=watches.watch("api.openai.com", 200, watches.EVENTS, ""),
    )
    call.watch.model.raw = {"x": "\U0001f4a5" * 150}

    assert (
        len(line_format.line(line_format.call(call, SOURCE, 1_778_936_528.6, "done"), 10**9))
        <= line_format.MOST_LINE
    )


def test_the_longest_endless_name_is_cut_in_a_line_that_would_be_too_long():
    line = written(seen(target="/" + "\U0001f4a5" * 3000, error="\U0001f4a5" * 3000))

    assert len(line["path"]) == len(line["error"]) == line_format.CUT_CHARACTERS


def test_pieces_are_hashed_as_they_pass():
    call = seen()
    for piece in (b"he", b"llo"):
        assert call.count_request(piece) == piece
    call.count_response(b"hello")

    line = written(call)

    assert line["request_sha256"] == line["response_sha256"]
    assert line["request_sha256"].startswith("2cf24dba5fb0a30e")
    assert written(seen())["request_sha256"] is None


def test_what_a_stream_cost_is_in_its_line():
    call = seen(host="api.anthropic.com", target="/v1/messages")
    call.watch = watches.watch("api.anthropic.com", 200, watches.EVENTS, "")
    call.count_response(
        b'data: {"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 5}}}\n\n'
    )

    line = written(call)

    assert (line["category"], line["events"]) == ("llm", 1)
    assert line["usage"]["input"] == 5 and line["usage"]["complete"] is False


DOCUMENT = (Path(__file__).resolve().parents[5] / "docs/capture.md").read_text(encoding="utf-8")


def keys_of_table(title):
    """Return the keys that a table under a heading of docs/capture.md lists."""
    section = DOCUMENT.split(f"\n### {title}\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def test_the_document_lists_every_key_of_a_calls_line_and_no_other():
    head = line_format.head(SOURCE, 0.0, "done")

    assert keys_of_table("Every line") == set(head)
    assert keys_of_table("A call") == set(line_format.call(seen(), SOURCE, 1.0, "done")) - set(head)


def test_the_document_lists_every_key_of_the_line_of_a_call_that_leaves():
    (row,) = re.findall(r"^\| `sent` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    head = line_format.head(SOURCE, 0.0, "sent")

    assert set(re.findall(r"`(\w+)`", row)) == set(line_format.sent(seen(), SOURCE, 1.0)) - set(head)


def test_the_document_lists_every_key_of_what_a_model_cost():
    told = usage.Usage("openai", began=True).said()

    assert keys_of_table("What a model's answer cost") == set(told)


def test_the_document_names_every_category():
    from record import categories

    assert set(categories.KINDS) <= set(
        re.findall(r"`([a-z-]+)`", DOCUMENT.split("| `category` |")[1].split("\n")[0])
    )
