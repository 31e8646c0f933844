"""make forget: what goes, what stays, and who may not go."""

import pytest
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.reports import run_list
from nab.actions.runs import forget
from nab.core.errors import NabError
from nab.core.facts import (
    Cause,
    ClaimRegistered,
    RoundSeen,
    RunEnded,
    RunEnding,
    RunForgotten,
    RunStarted,
    SubmissionSeen,
)
from nab.core.text import times
from nab.edges import clock
from support.records.logs import RUN, WHO, enrolled, intended
from support.repository.benches import bench_on

AGAIN = "2026-05-17T090000Z-codex-l3"
OVER = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="done")


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """An engine that has no box: what is removed from a real one is tried with boxes."""
    monkeypatch.setattr(Bench, "find_boxes", lambda bench, run="", role="": [])
    monkeypatch.setattr(proxy, "down", lambda bench, run: None)


def launched(bench, run, *, ends=True):
    facts = [
        intended(),
        RunStarted(started_at=times.text(clock.now())),
        *([OVER, enrolled()] if ends else []),
    ]
    for fact in facts:
        bench.log.append(fact, entrant=WHO, run=run)
    (bench.run(run).root / "calls").mkdir(parents=True)
    bench.run(run).http.write_text("{}\n")


def listed(bench, submission="s"):
    now = times.text(clock.now())
    bench.log.append(RoundSeen(opens=now, closes_staking="2100-01-01T00:00:00.000Z"), round=1269)
    seen = SubmissionSeen(submission=submission, status="on-time", selected=True, inserted_at=now)
    bench.log.append(seen, entrant=WHO, round=1269)


def test_a_run_goes_with_its_record_and_its_enrolment_and_the_log_says_so(tmp_path):
    bench = bench_on(tmp_path)
    launched(bench, RUN)
    listed(bench)
    assert bench.standings().rows

    forget.forget(bench, "codex")

    assert not bench.run(RUN).root.exists()
    assert isinstance(bench.log.events()[-1].fact, RunForgotten)
    assert (bench.log.events()[-1].run, bench.log.events()[-1].entrant) == (RUN, WHO)
    standings = bench.standings()
    assert (standings.runs, standings.enrolments, standings.rows) == ({}, {}, ())
    assert run_list.told(bench) == []
    assert not (bench.paths.entrants / f"{WHO}.json").exists()


def test_another_run_of_the_entrant_keeps_its_own_enrolment(tmp_path):
    bench = bench_on(tmp_path)
    launched(bench, RUN)
    launched(bench, AGAIN)

    forget.forget(bench, RUN)

    (found,) = bench.standings().enrolments.values()
    assert (found.run, list(bench.runs())) == (AGAIN, [AGAIN])
    assert found.since > times.text(bench_start(bench))


def bench_start(bench):
    return times.parse(bench.log.events()[0].known)


def test_what_a_crash_left_of_it_goes_the_next_time_and_the_log_says_it_once(tmp_path):
    bench = bench_on(tmp_path)
    launched(bench, RUN)
    fact = RunForgotten(bytes=1)
    bench.log.append(fact, entrant=WHO, run=RUN, id=f"{RUN}:forgotten")

    forget.forget(bench, RUN)

    assert not bench.run(RUN).root.exists()
    assert sum(isinstance(event.fact, RunForgotten) for event in bench.log.events()) == 1
    with pytest.raises(NabError, match="no run"):
        forget.forget(bench, RUN)


def test_a_dry_run_says_what_would_go_and_nothing_does(tmp_path, capsys):
    bench = bench_on(tmp_path)
    launched(bench, RUN)
    before = bench.log.last_seq

    forget.forget(bench, RUN, dry_run=True)

    assert "would go" in capsys.readouterr().out
    assert (bench.log.last_seq, bench.run(RUN).http.exists()) == (before, True)


def test_the_newest_is_not_meant_by_saying_nothing(tmp_path):
    bench = bench_on(tmp_path)
    launched(bench, RUN)

    with pytest.raises(NabError, match="RUN is missing") as raised:
        forget.forget(bench, "")
    assert f"RUN={RUN}" in raised.value.hint


def test_a_run_that_goes_on_stays(tmp_path):
    bench = bench_on(tmp_path)
    launched(bench, RUN, ends=False)

    with pytest.raises(NabError, match="still goes on"):
        forget.forget(bench, RUN)


FAMILY = ClaimRegistered(
    family="l3-1269",
    level="L3",
    first=1269,
    last=1400,
    metric="mmc20",
    horizon=20,
    delta=0.01,
    looks=(40,),
    alphas=(0.05,),
    pairs=(),
    members={RUN: WHO, AGAIN: WHO},
)


@pytest.mark.parametrize(
    ("settings", "happens", "why"),
    [
        ("", lambda bench: bench.log.append(FAMILY), "claims of the family l3-1269"),
        ('[sync]\nremote = "git@example.org:r"\n', lambda bench: None, "is copied to git@example.org:r"),
        ('[tournament]\nkind = "live"\n', listed, "Numerai has submissions of it"),
    ],
    ids=["claims", "a copy", "the live Numerai"],
)
def test_what_others_may_rely_on_stays(tmp_path, settings, happens, why):
    bench = bench_on(tmp_path, settings)
    launched(bench, RUN)
    happens(bench)

    with pytest.raises(NabError, match="is on the public record") as raised:
        forget.forget(bench, RUN)

    assert why in raised.value.message
    assert bench.run(RUN).http.exists() and RUN in bench.runs()


def test_an_experiment_that_never_reached_the_live_numerai_may_go(tmp_path):
    bench = bench_on(tmp_path, '[tournament]\nkind = "live"\n')
    listed(bench)  # of an earlier run
    launched(bench, AGAIN)

    forget.forget(bench, AGAIN)

    assert AGAIN not in bench.runs()
    assert structs.asdict(bench.log.events()[-1].fact)["bytes"] > 0
