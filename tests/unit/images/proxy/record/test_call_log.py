import json

import pytest
from record import denial_folding, line_format, redact
from record.call_log import CANNOT_WRITE, Notes
from record.graphql_calls import Call
from record.journal import Journal

SOURCE = line_format.Source("2026-05-16T130207Z-codex-l4", "work", redact.redactor(("S3CRETOFOURS",)))


class Clock:
    now = 1_778_936_527.0

    def __call__(self):
        return self.now


class Disk(Journal):
    """A journal whose disk can be filled: `full` refuses room, `broken` fails every write."""

    full = broken = False

    def holds(self, bytes_to_come):
        return not self.full and super().holds(bytes_to_come)

    def append(self, line):
        if self.broken:
            self.error = OSError(5, "broken disk")
            return None
        return super().append(line)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def notes(tmp_path, clock):
    kept = Journal(str(tmp_path / "bodies.jsonl"))
    return Notes(SOURCE, Disk(str(tmp_path / "http.jsonl")), kept, clock)


@pytest.fixture
def lines(tmp_path):
    return lambda: [json.loads(line) for line in (tmp_path / "http.jsonl").read_text().splitlines()]


def seen(id="f1", **change):
    made = line_format.Seen(id, Clock.now, "GET", "https", "example.org", 443, "/")
    for key, value in change.items():
        setattr(made, key, value)
    return made


def test_lines_are_numbered_without_a_hole(notes, lines):
    notes.say("proxy", event="start")
    for number in range(3):
        notes.note(seen(f"f{number}"))

    assert [line["seq"] for line in lines()] == [1, 2, 3, 4]


def test_a_beginning_is_written_once(notes, lines):
    call = seen()

    for phase in ("start", "start", "done"):
        notes.note(call, phase)

    assert [line["phase"] for line in lines()] == ["start", "done"]


def test_an_end_that_is_told_twice_is_written_and_counted_once(notes, lines):
    call = seen(response_bytes=5)

    for _ in range(2):
        notes.note(call)

    assert len(lines()) == 1
    assert (notes.counted.calls, notes.counted.response_bytes) == (1, 5)


def test_the_same_refusal_again_and_again_becomes_a_number(notes, lines, clock):
    for second in range(10):
        for _ in range(1000):
            notes.note(seen(denied=("port", "port 22 is closed"), request_bytes=3))
        clock.now += 1
        if second == 4:
            notes.say_folded()
    notes.say_folded()

    told = [line for line in lines() if line["phase"] == "done"]
    folded = [line for line in lines() if line["phase"] == "folded"]
    assert len(told) <= denial_folding.BURST + 10 * denial_folding.A_SECOND
    assert len(told) + sum(line["count"] for line in folded) == 10_000
    assert {(line["rule"], line["host"]) for line in folded} == {("port", "example.org")}
    assert sum(line["request_bytes"] for line in folded) == 3 * sum(line["count"] for line in folded)
    assert folded[0]["since"] < folded[0]["until"] < folded[1]["until"]


def test_a_flood_of_one_kind_does_not_hide_another(notes, lines):
    for number in range(1000):
        notes.note(seen(denied=("dns", "no such name"), host=f"{number}.example"))
    notes.note(seen(denied=("secret", "a placeholder went astray")))
    notes.say_folded()

    assert [line["denied"]["rule"] for line in lines() if line["phase"] == "done"][-1] == "secret"
    folded = [line for line in lines() if line["phase"] == "folded"]
    assert len(folded) <= denial_folding.MOST_HOSTS + 1
    assert sum(line["count"] for line in folded) == 1000 - denial_folding.BURST
    assert denial_folding.OTHERS in {line["host"] for line in folded}


def test_calls_that_were_let_through_are_never_folded(notes, lines):
    for number in range(100):
        notes.note(seen(f"f{number}", status=502, error="no such host"))

    assert len(lines()) == 100


def test_while_there_is_no_room_no_call_is_admitted_and_afterwards_the_gap_is_told(notes, lines, clock):
    notes.note(seen())
    notes.calls.full = True
    for _ in range(7):
        assert not notes.admits()
        notes.note(seen(denied=(CANNOT_WRITE, "no room")))
        clock.now += 1
    assert len(lines()) == 1

    notes.calls.full = False
    assert notes.admits()

    gap = lines()[-1]
    assert (gap["phase"], gap["refused"], gap["lost"]) == ("gap", 7, 0)
    assert (gap["since"], gap["until"]) == ("2026-05-16T13:02:07.000Z", "2026-05-16T13:02:13.000Z")
    assert notes.admits()
    assert len(lines()) == 2


def test_a_disk_is_not_asked_again_at_every_call(notes, clock):
    notes.calls.full = True
    assert not notes.admits()
    notes.calls.full = False

    assert not notes.admits()
    clock.now += 1
    assert notes.admits()


def test_a_line_that_is_lost_leaves_a_hole_in_the_numbers_and_is_counted(notes, lines, clock):
    notes.note(seen("f1"))
    notes.calls.broken = True
    notes.note(seen("f2"))
    notes.note(seen("f3"))
    assert not notes.admits()
    notes.calls.broken = False
    clock.now += 1

    assert notes.admits()
    notes.note(seen("f4"))

    assert [line["phase"] for line in lines()] == ["done", "gap", "done"]
    assert lines()[1]["lost"] == lines()[1]["seq"] - lines()[0]["seq"] - 1 == 2


def test_what_is_counted_includes_the_calls_under_way(notes):
    notes.note(seen("f1", request_bytes=10, response_bytes=1, request_header_bytes=5))
    going_on = seen("f2")
    notes.begin(going_on)
    going_on.count_response(b"x" * 100)

    so_far = notes.so_far()

    assert (so_far.request_bytes, so_far.response_bytes, so_far.calls) == (15, 101, 1)
    assert notes.counted.response_bytes == 1


def test_a_kept_body_lies_where_the_line_says(notes, lines, tmp_path):
    asked = seen("f1", call=Call("query", (("account", "account"),)))
    body = json.dumps({"query": "{ account }", "variables": {"apiToken": "hunter2hunter2"}}).encode()
    asked.kept = {"request": (body, body), "response": (b"zipped", b'{"data": "S3CRETOFOURS"}')}

    notes.note(asked)

    place = lines()[0]["body"]
    text = (tmp_path / "bodies.jsonl").read_bytes()
    told = {which: json.loads(text[at:].split(b"\n")[0]) for which, at in place.items()}
    assert told["request"]["id"] == told["response"]["id"] == "f1"
    assert told["request"]["bytes"] == len(body)
    assert json.loads(told["request"]["text"])["query"] == "{ account }"
    assert "hunter2" not in text.decode() and "S3CRET" not in text.decode()


def test_in_a_light_session_no_body_is_kept(notes, lines):
    notes.kept = None

    notes.note(seen(kept={"request": (b"{}", b"{}")}))

    assert lines()[0]["body"] is None


def test_bodies_of_refusals_beyond_the_rate_are_not_kept(notes, tmp_path):
    for _ in range(100):
        notes.note(seen(denied=("policy", "no"), kept={"request": (b"{}", b"{}")}))

    assert (tmp_path / "bodies.jsonl").read_bytes().count(b"\n") == denial_folding.BURST


def test_a_call_that_leaves_has_a_line_before(notes, lines):
    call = seen()

    assert notes.sent(call) and notes.sent(call)
    assert [(line["phase"], line["seq"]) for line in lines()] == [("sent", 1)]
    assert call.is_written


def test_a_call_whose_line_cannot_be_written_is_not_written(notes):
    notes.calls.broken = True
    call = seen()

    assert not notes.sent(call)
    assert not call.is_written


class Odd(str):
    """A text that raises when it is taken apart."""

    __slots__ = ()

    def partition(self, sep):
        raise ValueError(sep)


@pytest.mark.parametrize("phase", ["sent", "start", "done"])
def test_a_call_that_cannot_be_put_into_words_has_a_line_all_the_same(notes, lines, phase):
    call = seen(target=Odd("//["), denied=("key", "S3CRETOFOURS"))

    if phase == "sent":
        notes.sent(call)
    else:
        notes.note(call, phase)

    (line,) = lines()
    assert (line["id"], line["phase"], line["seq"]) == ("f1", phase, 1)
    assert line["error"] == "it could not be written: ValueError"
    assert line["denied"] == {"rule": "key", "why": ""}


def test_a_call_that_cannot_be_added_up_has_a_line_that_says_so(notes, lines):
    class Watch:
        events, model = None, None

        def finish(self):
            raise ValueError("odd")

    notes.note(seen(watch=Watch()))

    assert lines()[0]["error"] == "it could not be added up: ValueError"


def test_a_line_that_could_not_be_made_makes_no_hole(notes, lines):
    with pytest.raises(TypeError):
        notes.say("proxy", odd=object())
    notes.say("proxy", event="end")

    assert [line["seq"] for line in lines()] == [1]


def test_the_calls_of_a_connection_are_known_until_they_are_over(notes):
    calls = [seen("f1", connection="c1"), seen("f2", connection="c2"), seen("f3", connection="c1")]
    for call in calls:
        notes.begin(call)
    notes.note(calls[0])

    assert notes.of("c1") == [calls[2]]
