import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.recording.calls import har, lines
from nab.core.recording.calls.lines import Call
from support.records import hars

CALL = Call(
    schema=2,
    time="2026-05-16T13:02:07.123Z",
    id="f1",
    method="GET",
    scheme="https",
    host="forum.numer.ai",
    port=443,
    path="/t/1",
    query="page=2&q=a%20b&empty=",
    status=200,
    request_bytes=0,
    response_bytes=5120,
    request_header_bytes=90,
    response_header_bytes=200,
    seconds=1.5,
    first_byte_seconds=0.5,
    content_type="text/html",
    category="forum",
)


def changed(**change):
    return Call(**{**{name: getattr(CALL, name) for name in CALL.__struct_fields__}, **change})


def test_a_call_becomes_a_valid_entry():
    entry = har.entry(CALL, {})

    hars.check_entry(entry)
    assert entry["request"]["url"] == "https://forum.numer.ai/t/1?page=2&q=a%20b&empty="
    assert [(one["name"], one["value"]) for one in entry["request"]["queryString"]] == [
        ("page", "2"),
        ("q", "a b"),
        ("empty", ""),
    ]
    assert (entry["time"], entry["timings"]["wait"], entry["timings"]["receive"]) == (1500, 500, 1000)
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (200, "OK")
    assert entry["_category"] == "forum"
    assert "_denied" not in entry


def test_kept_bodies_are_in_their_places():
    entry = har.entry(CALL, {"request": '{"query": "x"}', "response": '{"data": 1}'})

    hars.check_entry(entry)
    assert entry["request"]["postData"]["text"] == '{"query": "x"}'
    assert entry["response"]["content"]["text"] == '{"data": 1}'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": None, "error": "no such host", "first_byte_seconds": None}, "no such host"),
        ({"phase": "start"}, "the record has no end of this call"),
        ({"method": "CONNECT", "scheme": "", "path": "", "port": 22}, None),
        ({"method": "TUNNEL", "path": ""}, None),
        ({"status": 799}, None),
    ],
    ids=["no answer", "cut off", "a refused tunnel", "a tunnel", "an unknown status"],
)
def test_what_is_no_ordinary_call_is_valid_too(change, words):
    entry = har.entry(changed(**change), {})

    hars.check_entry(entry)
    assert entry.get("comment") == words


@given(
    path=st.text(),
    query=st.text(),
    seconds=st.floats(0, 1e6),
    first=st.none() | st.floats(0, 1e6),
    status=st.none() | st.integers(100, 999),
)
def test_any_call_becomes_a_valid_entry(path, query, seconds, first, status):
    hars.check_entry(
        har.entry(
            changed(path=path, query=query, seconds=seconds, first_byte_seconds=first, status=status), {}
        )
    )


def test_lines_of_the_first_schema_are_read_and_unreadable_ones_left_out():
    old = {"schema": 1, "time": CALL.time, "phase": "done", "id": "f0", "host": "a.org", "graphql": None}
    record = [json.dumps(old).encode(), b"", b'{"half', b"[]", b"\xff\xfe", b'{"id": "f2"}\n']

    read = list(lines.calls(record))

    assert [call.id for call in read] == ["f0", "f2"]
    hars.check_entry(har.entry(read[0], {}))


def test_the_checker_itself_finds_mistakes():
    for path, wrong in (
        (("startedDateTime",), "yesterday"),
        (("time",), -1),
        (("request", "url"), "/relative"),
        (("response", "status"), "200"),
        (("timings", "wait"), 7),
        (("response", "content"), {}),
    ):
        entry = har.entry(CALL, {})
        place = entry
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = wrong

        with pytest.raises(AssertionError):
            hars.check_entry(entry)
