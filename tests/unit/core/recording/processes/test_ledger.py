from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.recording.processes import ledger as process_ledger
from nab.core.recording.processes import leftovers, record
from nab.core.recording.processes.cpu_series import Series
from nab.core.recording.processes.ledger import ProcessLedger
from nab.core.recording.processes.processes import Census, Process, SessionSpan, command_line
from nab.core.text import times

NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)
FIRST, RUNNER = 100, 101


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def process(pid, parent, start, **more):
    return Process(**{
        "pid": pid, "start": start * 100, "began": times.text(at(start)), "parent": parent, "inside": pid - 99,
        "argv": f"program-{pid}", **more,
    })  # fmt: skip


OURS = (process(FIRST, 1, -10), process(RUNNER, FIRST, -10))


def life(name, began, ended=None):
    return SessionSpan(name=name, began=at(began), ended=None if ended is None else at(ended))


def census(second, *processes, boot="b1"):
    return Census(at=at(second), boot=boot, first=FIRST, processes=(*OURS, *processes))


def looked(*looks):
    """Take looks, each a census and the sessions as known then. Returns the ledger and the last look's changes."""
    ledger = ProcessLedger()
    for taken, lives in looks:
        ledger, changes = process_ledger.look(ledger, taken, lives)
    return ledger, changes


def known(ledger, pid):
    return next(one for one in ledger.known.values() if one.process.pid == pid)


def test_a_process_is_its_parents_sessions_before_what_its_environment_says():
    program = process(200, RUNNER, 1, marker="work-1")
    liar = process(201, 200, 2, marker="work-9")

    ledger, _ = looked((census(3, program, liar), [life("work-1", 0)]))

    assert (known(ledger, 201).session, known(ledger, 201).by) == ("work-1", "parent")


def test_a_marker_of_a_session_that_began_later_or_never_was_is_not_believed():
    lives = [life("work-1", 0, 5), life("work-2", 10)]
    for marker in ("work-2", "work-3", ""):
        ledger, _ = looked((census(12, process(200, FIRST, 2, marker=marker)), lives))

        assert (known(ledger, 200).session, known(ledger, 200).by) == ("work-1", "time")


def test_the_first_session_that_was_found_stands_whatever_a_process_becomes():
    lives = [life("work-1", 0, 5), life("work-2", 10)]
    ledger, _ = looked(
        (census(3, process(200, RUNNER, 1, marker="work-1")), lives),
        (census(12, process(200, FIRST, 1, marker="work-2", argv="other")), lives),
    )

    assert known(ledger, 200).session == "work-1"


def test_the_first_process_the_runner_and_visitors_from_outside_belong_to_nobody():
    visitor = process(300, 1, 2)
    ledger, _ = looked((census(9, visitor, process(301, 300, 3)), [life("work-1", 0, 5)]))

    assert {one.session for one in ledger.known.values()} == {""}
    assert list(process_ledger.roots(ledger)) == []
    assert process_ledger.has_strangers(ledger)
    assert not process_ledger.has_strangers(looked((census(9), []))[0])


def test_what_goes_on_two_seconds_after_its_session_is_left_behind_since_its_end():
    child = process(200, FIRST, 1, marker="work-1")
    early, _ = looked((census(6, child), [life("work-1", 0, 5)]))
    late, changes = looked(
        (census(6, child), [life("work-1", 0, 5)]), (census(7, child), [life("work-1", 0, 5)])
    )

    assert known(early, 200).left == ""
    assert known(late, 200).left == times.text(at(5))
    assert [one.process.pid for one in changes.left] == [200]


def test_a_pid_that_was_given_out_again_is_another_process():
    lives = [life("work-1", 0, 5), life("work-2", 8)]
    _, changes = looked(
        (census(7, process(200, FIRST, 1, marker="work-1")), lives),
        (census(20, process(200, RUNNER, 15, marker="work-2")), lives),
    )

    assert [one.session for one in changes.gone] == ["work-1"]
    assert [one.session for one in changes.appeared] == ["work-2"]


def test_a_zombie_is_gone_and_a_boot_ends_all():
    lives = [life("work-1", 0, 5)]
    alive = (census(7, process(200, FIRST, 1, marker="work-1")), lives)

    _, dead = looked(alive, (census(9, process(200, FIRST, 1, marker="work-1", state="Z")), lives))
    ledger, booted = looked(alive, (census(9, boot="b2"), []))

    assert [one.process.pid for one in dead.gone] == [200]
    assert 200 not in [one.process.pid for one in ledger.known.values()]
    assert booted.gone == ()


def test_what_a_leftover_begins_is_counted_with_it_and_comes_into_its_own_when_it_ends():
    lives = [life("work-1", 0, 5)]
    loop = process(200, FIRST, 1, marker="work-1", cpu_seconds=1.0)
    child = process(201, 200, 20, cpu_seconds=2.0)
    ledger, _ = looked((census(7, loop), lives), (census(21, loop, child), lives))

    assert [(one.pid, one.cpu_seconds) for one in leftovers.leftovers(ledger)] == [(101, 3.0)]
    key = known(ledger, 201).process.key
    assert process_ledger.root_of(ledger, key).process.pid == 200
    orphaned = process(201, FIRST, 20, cpu_seconds=2.5)
    ledger, _ = process_ledger.look(ledger, census(30, orphaned), lives)
    assert [one.pid for one in leftovers.leftovers(ledger)] == [102]


def told(*looks):
    """Return the facts that the log is told of, look by look."""
    ledger, said = ProcessLedger(), []
    for taken, lives in looks:
        before = ledger
        ledger, changes = process_ledger.look(before, taken, lives)
        ledger, seen, ended = leftovers.news(before, ledger, changes)
        said.append((seen, ended))
    return ledger, said


def test_the_log_is_told_once_of_what_is_left_and_once_of_its_end():
    lives = [life("work-1", 0, 5)]
    loop = process(200, FIRST, 1, marker="work-1", cpu_seconds=7.0)
    _, said = told(
        (census(7, loop), lives), (census(17, loop), lives), (census(27), lives), (census(37), lives)
    )

    assert [(len(seen), len(ended)) for seen, ended in said] == [(1, 0), (0, 0), (0, 1), (0, 0)]
    (seen,), (ended,) = said[0][0], said[2][1]
    assert (seen.pid, seen.argv, seen.session, seen.since) == (
        101,
        "program-200",
        "work-1",
        times.text(at(5)),
    )
    assert seen.identity == ended.identity == "b1-200-100"
    assert ended.cpu_seconds == 7.0


def test_of_a_swarm_the_log_is_told_so_much_and_the_record_counts_the_rest():
    swarm = [process(200 + number, FIRST, 1, marker="work-1") for number in range(1000)]
    ledger, changes = looked((census(7, *swarm), [life("work-1", 0, 5)]))
    _, seen, _ = leftovers.news(ProcessLedger(), ledger, changes)
    lines = list(record.lines(ledger, changes))

    assert len(seen) == leftovers.MOST_TOLD
    assert len(lines) == 2 * record.LINES_A_LOOK + 1
    assert (lines[-1].what, lines[-1].appeared) == ("more", 1002 - record.LINES_A_LOOK)
    assert record.summary(ledger, Series()).processes == {"": 2, "work-1": 1000}


PIDS = st.integers(200, 206)
SEEN = st.builds(
    lambda pid, parent, start, marker, state: process(pid, parent, start, marker=marker, state=state),
    PIDS, st.one_of(PIDS, st.sampled_from([FIRST, RUNNER, 1])), st.integers(0, 8),
    st.sampled_from(["", "work-1", "work-2", "work-9"]), st.sampled_from(["S", "R", "Z"]),
)  # fmt: skip
LOOKS = st.lists(st.lists(SEEN, max_size=6, unique_by=lambda one: one.pid), max_size=6)


@pytest.mark.full
@given(LOOKS)
def test_every_end_was_seen_before_sessions_never_change_and_what_is_told_is_told_once(looks):
    lives = [life("work-1", 0, 5), life("work-2", 6)]
    ledger, sessions, open_facts = ProcessLedger(), {}, set()
    for number, found in enumerate(looks):
        before = ledger
        ledger, changes = process_ledger.look(before, census(10 + number, *found), lives)
        ledger, seen, ended = leftovers.news(before, ledger, changes)
        for one in changes.gone:
            sessions.pop(one.process.key)
        for key, one in ledger.known.items():
            assert one.process.lives
            assert sessions.setdefault(key, one.session) in ("", one.session)
            sessions[key] = one.session
            assert not one.left or one.session == "work-1"
        assert not {one.identity for one in seen} & open_facts
        open_facts |= {one.identity for one in seen}
        assert {one.identity for one in ended} <= open_facts
        open_facts -= {one.identity for one in ended}
        assert {one.process.key for one in changes.gone} <= before.known.keys()
        assert {leftovers.identity(ledger, one) for one in process_ledger.roots(ledger)} <= open_facts
        assert sum(process_ledger.cpu_seconds(ledger).values()) >= 0


@pytest.mark.full
@given(st.lists(st.text(max_size=50), max_size=10))
def test_a_command_line_is_one_short_line_without_controls(words):
    line = command_line(words)

    assert len(line) <= 300
    assert "\n" not in line and all(ord(character) >= 32 for character in line)
