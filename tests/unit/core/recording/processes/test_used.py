"""Who used the CPU, told once for what it used."""

from datetime import UTC, datetime, timedelta

import msgspec

from nab.core.recording.processes import ledger as process_ledger
from nab.core.recording.processes import used
from nab.core.recording.processes.ledger import ProcessLedger
from nab.core.recording.processes.processes import Census, Process, SessionSpan
from nab.core.text import times

NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)
LIVES = (SessionSpan(name="work-1", began=NOON),)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def census(second, cpu, boot="b1"):
    """Return a look at processes by pid, each with what it and its children have used."""
    common = {"began": times.text(at(0)), "marker": "work-1"}
    found = (
        Process(pid=pid, start=pid, cpu_seconds=seconds, own_cpu_seconds=seconds / 2, **common)
        for pid, seconds in cpu.items()
    )
    return Census(at=at(second), boot=boot, first=1, processes=tuple(found))


def after(ledger, second, cpu, boot="b1"):
    """Take a look a minute after the one before, and write its lines."""
    ledger, _ = process_ledger.look(ledger, census(second, cpu, boot), LIVES)
    return used.lines(ledger)


def test_a_process_has_a_line_for_every_minute_in_which_it_used_more_than_a_hundredth():
    ledger, first = after(ProcessLedger(), 0, {200: 5.0, 201: 0.0})
    ledger, second = after(ledger, 60, {200: 5.7, 201: 0.5})
    ledger, third = after(ledger, 120, {200: 5.7, 201: 0.5})

    assert first == third == []
    (line,) = second
    assert (line.id, line.cpu_seconds, line.own_cpu_seconds, line.session) == ("200-200", 5.7, 2.85, "work-1")
    assert (line.since, line.time) == (times.text(at(0)), times.text(at(60)))


def test_a_slow_process_has_its_line_when_it_has_come_so_far():
    ledger, _ = after(ProcessLedger(), 0, {200: 0.0})
    told = []
    for minute in range(1, 9):
        ledger, lines = after(ledger, 60 * minute, {200: 0.25 * minute})
        told += [(minute, line.since) for line in lines]

    assert told == [(3, times.text(at(0))), (6, times.text(at(180)))]


def test_lines_add_up_to_what_was_used_and_no_more_than_the_busiest_have_one():
    ledger, _ = after(ProcessLedger(), 0, dict.fromkeys(range(200, 350), 0.0))
    ledger, lines = after(ledger, 60, {pid: float(pid) for pid in range(200, 350)})
    _, later = after(ledger, 120, {pid: float(pid) for pid in range(200, 350)})

    assert [line.cpu_seconds for line in lines] == [float(pid) for pid in range(349, 249, -1)]
    assert {line.id for line in later} == {f"{pid}-{pid}" for pid in range(200, 250)}


def test_what_is_gone_or_of_another_boot_is_forgotten_and_a_census_goes_on_where_another_was():
    ledger, _ = after(ProcessLedger(), 0, {200: 1.0, 201: 1.0})
    ledger = msgspec.json.decode(msgspec.json.encode(ledger), type=ProcessLedger)
    ledger, lines = after(ledger, 60, {201: 3.0})
    assert [line.id for line in lines] == ["201-201"] and list(ledger.marks) == ["201-201"]

    _, lines = after(ledger, 120, {201: 9.0}, boot="b2")
    assert lines == []


def test_a_ledger_that_is_older_than_these_lines_counts_from_the_next_look():
    ledger, _ = after(ProcessLedger(), 0, {200: 50.0})
    old = msgspec.structs.replace(ledger, marks={})
    ledger, lines = after(old, 60, {200: 60.0})

    assert lines == [] and ledger.marks["200-200"].cpu_seconds == 60.0


def test_only_such_a_line_is_read_as_one():
    ledger, _ = after(ProcessLedger(), 0, {200: 0.0})
    _, (line,) = after(ledger, 60, {200: 7.0})
    written = msgspec.json.encode(line)

    assert used.read(written) == line
    assert used.read(written.replace(b'"used"', b'"gone"')) is None
    assert used.read(b"\xff") is None
