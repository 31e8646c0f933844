import pytest

from nab.core.facts import ReplayFired, ReplayLooked, ReplayRegistered, RunForgotten
from nab.core.replay.told import told
from support.records.logs import Log

CUT = "c" * 64


def fired(cut=CUT):
    return ReplayFired(
        cut=cut, first=101, last=250, eras=(101,), missed={}, leaks=(), sha256="a" * 64, seconds=1.0
    )


def family(name, pairs):
    runs = {run: f"of-{run}" for pair in pairs for run in pair}
    return ReplayRegistered(
        family=name, cut=CUT, metric="MMC20", days=20, horizon=4, alpha=0.05, pairs=pairs, runs=runs,
        predictions=dict.fromkeys(runs, "a" * 64),
    )  # fmt: skip


@pytest.fixture
def log():
    made = Log()
    for run in "abc":
        made.add(fired(), entrant=f"of-{run}", run=run)
    made.add(fired("d" * 64), entrant="of-a", run="a")
    return made


def test_who_was_fired_is_told_by_cut(log):
    known = told(log.events)

    assert list(known.of_cut(CUT)) == ["a", "b", "c"]
    assert list(known.of_cut("d" * 64)) == ["a"]


def test_a_pair_is_registered_once_and_a_look_that_was_cut_off_is_taken_again(log):
    log.add(family("replay-cccccccc.1", (("a", "b"),)))
    known = told(log.events)

    assert known.registered_pairs(CUT) == {("a", "b")}
    assert [one.family for one in known.unlooked(CUT)] == ["replay-cccccccc.1"]
    assert known.next_family(CUT) == "replay-cccccccc.2"
    assert known.next_family("d" * 64) == "replay-dddddddd.1"

    log.add(ReplayLooked(family="replay-cccccccc.1", pairs=(), runs=(), scores_sha256=""))
    assert told(log.events).unlooked(CUT) == []


def test_a_run_that_was_thrown_away_is_in_no_later_family(log):
    log.add(RunForgotten(bytes=1), entrant="of-b", run="b")

    assert list(told(log.events).of_cut(CUT)) == ["a", "c"]
