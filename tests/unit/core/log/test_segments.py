from datetime import UTC, datetime

from nab.core.facts import Poll
from nab.core.log.events import FIRST, Draft, Stamp, encode, link, seal
from nab.core.log.segments import Segment, in_chain, month, named

MAY, MAY_2, JUNE = Segment("2026-05"), Segment("2026-05", 2), Segment("2026-06")
STAMP = Stamp(datetime(2026, 5, 16, tzinfo=UTC), "0a1b2c3d", 1.0, "test 1")


def chain_of(count: int) -> list[bytes]:
    head, lines = FIRST, []
    for number in range(count):
        event = seal(Draft(fact=Poll(ok=True), id=f"id{number}"), head, STAMP)
        lines.append(encode(event))
        head = link(event, lines[-1])
    return lines


A, B, C, D = chain_of(4)


def test_segments_sort_in_the_order_in_which_they_were_written():
    names = ["2026-05.10.jsonl", "2026-06.jsonl", "2026-05.jsonl", "2026-05.2.jsonl", "2025-12.jsonl"]

    ordered = sorted(segment for name in names if (segment := named(name)))

    assert [segment.name for segment in ordered] == [names[4], names[2], names[3], names[0], names[1]]


def test_other_files_are_no_segments():
    assert [named(name) for name in (".lock", "torn", "2026-05.jsonl.tmp", ".2026-05.jsonl.7.0a.tmp")] == [
        None
    ] * 4


def test_segment_is_the_month_in_utc():
    assert month(datetime.fromisoformat("2026-06-01T01:00:00+02:00")) == MAY


def test_unfinished_last_line_does_not_count():
    assert in_chain([(MAY, [A, B]), (JUNE, [C, D[:-2]])]) == [(MAY.name, [A, B]), (JUNE.name, [C])]


def test_last_line_that_lacks_nothing_but_its_newline_counts():
    for end in (b"", b"\x0b", b"\r\n", b"\0" * 90):
        assert in_chain([(MAY, [A, B]), (JUNE, [C, D[:-1] + end])])[1] == (JUNE.name, [C, D])


def test_line_in_the_middle_that_lacks_its_newline_breaks_the_chain():
    joined = A[:-1] + b"\x0b" + B

    assert in_chain([(MAY, [joined, C]), (JUNE, [D])]) == [(MAY.name, [joined, C]), (JUNE.name, [D])]
    assert in_chain([(MAY, [A, B[:-1]]), (JUNE, [C])])[0] == (MAY.name, [A, B[:-1]])


def test_unfinished_line_before_an_empty_segment_does_not_count():
    assert in_chain([(MAY, [A, B[:5]]), (MAY_2, [])]) == [(MAY.name, [A]), (MAY_2.name, [])]


def test_unfinished_line_in_the_middle_counts_and_so_breaks_the_chain():
    assert in_chain([(MAY, [A, B[:5]]), (JUNE, [C])]) == [(MAY.name, [A, B[:5]]), (JUNE.name, [C])]


def test_what_an_io_error_left_behind_does_not_count_once_the_successor_goes_on():
    for leftover in ([B], [B[:9]], [B, b"\0" * 90]):
        assert in_chain([(MAY, [A, *leftover]), (MAY_2, [B, C])]) == [(MAY.name, [A]), (MAY_2.name, [B, C])]


def test_line_doubled_at_the_end_of_a_month_still_counts_and_so_breaks_the_chain():
    assert in_chain([(MAY, [A, B, B]), (JUNE, [C])])[0] == (MAY.name, [A, B, B])
