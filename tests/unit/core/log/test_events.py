import re
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import msgspec
import pytest

from nab.core.errors import FAILED, NabError
from nab.core.facts import Cause, Poll, RunEnded, RunEnding, Tick
from nab.core.log.chain import check_chain
from nab.core.log.events import FIRST, Damaged, Draft, Event, Stamp, decode, encode, link, seal

GOLDEN = (Path(__file__).parent / "golden" / "event_v1.jsonl").open("rb").readlines()
STAMP = Stamp(datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC), "0a1b2c3d", 12.3, "test 1")


def chain_of(count: int) -> list[bytes]:
    head, lines = FIRST, []
    for number in range(count):
        event = seal(Draft(fact=Poll(ok=True, listed=number), id=f"id{number}"), head, STAMP)
        lines.append(encode(event))
        head = link(event, lines[-1])
    return lines


def rewritten(event: Event, **changes: object) -> bytes:
    return encode(msgspec.structs.replace(event, **changes))


def with_true_crc(body: bytes) -> bytes:
    return b'{"crc":"%08x",%b\n' % (crc32(body), body)


def test_golden_lines_of_version_1_are_read_and_written_byte_for_byte():
    assert [encode(decode(line)) for line in GOLDEN] == GOLDEN
    assert check_chain([("golden", GOLDEN)]).faults == []


def test_golden_facts_are_what_they_were():
    enrolled, tick, ended, _ = (decode(line) for line in GOLDEN)

    assert (enrolled.seq, enrolled.prev, enrolled.entrant) == (1, "0" * 16, "codex-l4")
    assert tick.fact == Tick(window="r1269", decisions={"codex-l4": ("look", "é: it submits\nitself")})
    assert ended.fact == RunEnded(ending=RunEnding.ORPHANED, cause=Cause.HARNESS, reason="reboot")
    assert (ended.valid, ended.known) == ("2026-05-16T12:00:00.000Z", "2026-05-16T13:02:07.123Z")


def test_kind_of_a_later_program_is_kept_and_has_no_fact():
    event = decode(GOLDEN[3])

    assert (event.kind, event.fact, bytes(event.data)) == ("moon.seen", None, b'{"phase":"full"}')


def test_line_is_made_as_the_documentation_says():
    body = GOLDEN[0][len('{"crc":"01234567",') : -1]

    assert GOLDEN[0] == with_true_crc(body)


@pytest.mark.parametrize("data", [b'{"ok":true,"surprise":1}', b"{}", b'{"ok":"yes"}'])
def test_wrong_keys_of_a_known_kind_are_an_error_that_names_the_event(data):
    event = decode(rewritten(decode(chain_of(1)[0]), data=msgspec.Raw(data)))

    with pytest.raises(NabError, match="event 1 is no poll") as raised:
        _ = event.fact
    assert raised.value.exit_code == FAILED


def test_event_of_a_newer_version_is_refused_politely_and_not_called_damaged():
    line = with_true_crc(b'"v":2,"something":"else"}')

    with pytest.raises(NabError, match="version 2; this program reads up to 1"):
        decode(line)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}\n",
        b"null\n",
        GOLDEN[0][:-1],
        GOLDEN[0][1:],
        b"\x00" * 400,
        with_true_crc(b'"v":1,"seq":1}'),
    ],
    ids=["nothing", "empty", "object", "null", "no newline", "no beginning", "zeros", "keys missing"],
)
def test_line_that_is_no_event_is_damaged(line):
    with pytest.raises(Damaged):
        decode(line)


def test_every_flipped_bit_of_a_line_is_found():
    line = GOLDEN[1]
    for position in range(len(line) * 8):
        flipped = bytearray(line)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises(Damaged):
            decode(bytes(flipped))


@pytest.mark.parametrize(
    ("change", "line", "what"),
    [
        (lambda lines: [*lines[:3], lines[3].replace(b"true", b"fals"), *lines[4:]], 4, "crc"),
        (lambda lines: [*lines[:3], *lines[4:]], 4, "its seq is 5, not 4"),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], 4, "its seq is 5, not 4"),
        (lambda lines: [*lines[:4], *lines[3:]], 5, "its seq is 4, not 5"),
        (lambda lines: lines[1:], 1, "its seq is 2, not 1"),
        (lambda lines: [*lines[:3], rewritten(decode(lines[3]), by="forger"), *lines[4:]], 5, "its prev"),
    ],
    ids=["flipped", "deleted", "swapped", "duplicated", "first deleted", "rewritten with a true crc"],
)
def test_changed_line_in_the_middle_is_found_where_it_is(change, line, what):
    chain = check_chain([("2026-05.jsonl", change(chain_of(8)))])

    assert (chain.faults[0].segment, chain.faults[0].line) == ("2026-05.jsonl", line)
    assert re.search(what, chain.faults[0].what)


def test_chain_goes_on_from_one_segment_to_the_next():
    lines = chain_of(6)

    whole = check_chain([("2026-05.jsonl", lines[:4]), ("2026-06.jsonl", lines[4:])])
    without_the_first = check_chain([("2026-06.jsonl", lines[4:])])

    assert ([event.seq for event in whole.events], whole.faults) == ([1, 2, 3, 4, 5, 6], [])
    assert str(without_the_first.faults[0]).startswith("2026-06.jsonl line 1: its seq is 5, not 1")


def test_flipped_line_is_one_fault_and_not_two():
    lines = chain_of(5)
    lines[2] = lines[2].replace(b"true", b"fals")

    assert [fault.line for fault in check_chain([("a", lines)]).faults] == [3]
