"""What the log was told of leftovers and a ledger does not know, and the other way round."""

from nab.core.facts import OrphanEnded, OrphanSeen
from nab.core.recording.processes.ledger import Changes, KnownProcess, ProcessLedger
from nab.core.recording.processes.leftovers import all_ended, identity, leftovers, lost, news, remembered
from nab.core.recording.processes.processes import Process

AT, SINCE = "2026-05-16T13:00:00.000Z", "2026-05-16T12:00:00.000Z"


def known(pid, **more):
    process = Process(pid=pid, start=pid, began=SINCE, cpu_seconds=pid / 10, argv=f"sleep {pid}")
    return KnownProcess(process=process, first=AT, last=AT, **more)


def ledger(*processes, **more):
    return ProcessLedger(boot="b", at=AT, known={one.process.key: one for one in processes}, **more)


def seen(pid):
    return OrphanSeen(identity=f"b-{pid}-{pid}", argv=f"sleep {pid}", session="work-1", since=SINCE, pid=pid)


LEFT = {"session": "work-1", "left": SINCE}


def test_a_stranger_that_the_log_calls_a_leftover_is_one_and_is_not_told_again():
    found = remembered(ledger(known(5), known(6)), {"b-5-5": seen(5)}, {"work-1": 1})

    assert [one.id for one in leftovers(found)] == ["b-5-5"]
    assert news(ledger(), found, Changes())[1] == []
    assert found.known["6-6"] == known(6)


def test_what_the_ledger_was_told_itself_stays_as_it_knows_it():
    itself = known(5, session="work-2", left=AT, told=True)

    assert remembered(ledger(itself), {"b-5-5": seen(5)}, {}).known["5-5"] == itself


def test_the_log_counts_what_was_told_of_a_session_where_the_ledger_counts_less():
    processes = [known(5, **LEFT), known(6, session="work-2")]

    found = remembered(
        ledger(*processes, told={"work-1": 1, "work-2": 3}), {}, {"work-1": 2, "work-2": 2, "work-3": 9}
    )

    assert found.told == {"work-1": 2, "work-2": 3}


def test_what_the_log_takes_for_going_on_and_is_not_there_has_ended():
    there = ledger(known(5, **LEFT))

    assert lost(there, ["b-5-5", "b-7-7"]) == [OrphanEnded(identity="b-7-7", ended=AT)]


def test_with_its_box_everything_ends_that_the_log_knows_of_whether_a_look_found_it_or_not():
    there = ledger(known(5, told=True, **LEFT), known(6))

    assert all_ended(there, ["b-5-5", "b-7-7"], AT) == [
        OrphanEnded(identity="b-5-5", ended=AT, cpu_seconds=0.5),
        OrphanEnded(identity="b-7-7", ended=AT),
    ]
    assert identity(there, known(5)) == "b-5-5"
