"""What a bench folds of its log: once as long as the log stays as it is, anew when it has grown."""

import pytest

from nab.actions.bench import Bench
from nab.core.facts import Poll, RunStarting
from nab.core.runs.states import RunState
from support.records.logs import ROUND, RUN, WHO, intended, round_seen
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    bench.log.append(intended(), entrant=WHO, run=RUN)
    bench.log.append(round_seen(), round=ROUND.number)
    return bench


def test_runs_and_rounds_are_those_of_the_standings(bench):
    assert bench.runs() == bench.standings().runs
    assert bench.rounds() == bench.standings().rounds


@pytest.mark.parametrize("fold", [Bench.runs, Bench.rounds, Bench.evidence, Bench.standings])
def test_the_same_log_is_folded_once_and_one_that_has_grown_anew(bench, fold):
    first = fold(bench)
    assert fold(bench) is first

    bench.log.append(Poll(ok=True), entrant=WHO)
    assert fold(bench) is not first


def test_what_another_program_wrote_is_seen_by_the_next_look(bench):
    assert bench.runs()[RUN].state is RunState.QUEUED

    Bench(bench.config, "another").log.append(RunStarting(), entrant=WHO, run=RUN)
    assert bench.runs()[RUN].state is RunState.STARTING
