from dataclasses import replace
from datetime import timedelta

import pytest

from nab.actions.reports import explanations
from nab.actions.scores import ranks as round_ranks
from nab.core.facts import Place, RoundRanked, ScoreSeen
from nab.core.outcomes.evidence import of
from nab.core.text.tables import plain
from nab.edges import clock
from nab.edges.numerai.api import Unanswered
from support.records.logs import NOON, ROUND, RUN, WHO, enrolled, round_seen
from support.repository.benches import bench_on

OTHER = "claude-l3"
FIELD = {"best": 0.5, "middle": 0.01, "last": -0.5}
FINAL = {"mmc": 0.01, "v2_corr20": 0.02}


class Telling:
    """A Numerai that tells every model's scores of a round, and notes for which it was asked."""

    def __init__(self, **ours):
        self.ours = ours or {"nab_codex": FINAL, "nab_claude": FINAL}
        self.silent, self.asked = set(), []

    def time(self):
        return clock.now()

    def round_scores(self, number, metrics):
        self.asked.append(number)
        if number in self.silent:
            raise Unanswered("Numerai answered 504", 504)
        return {
            metric: {**FIELD, **{name: one[metric] for name, one in self.ours.items() if metric in one}}
            for metric in metrics
        }


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    for agent, name in (("codex", WHO), ("claude", OTHER)):
        bench.log.append(enrolled(agent), entrant=name, run=RUN, valid=NOON.replace(day=15))
    return bench


def score(bench, number, *entrants, day=20):
    bench.log.append(round_seen(replace(ROUND, number=number)), round=number)
    for entrant in entrants:
        for metric, value in FINAL.items():
            fact = ScoreSeen(
                metric=metric, day=day, value=value, percentile=0.5, submission="s", resolved=False
            )
            bench.log.append(fact, entrant=entrant, round=number)


def kept(bench):
    return {(event.entrant, event.round): fact.places for event, fact in of(bench.log.events(), RoundRanked)}


def test_a_final_round_is_asked_for_once_for_all_our_models_and_never_again(bench):
    score(bench, 1269, WHO, OTHER)
    score(bench, 1270, WHO, OTHER, day=19)
    numerai = Telling(nab_codex=FINAL, nab_claude={"mmc": 0.01, "v2_corr20": 0.02})
    for _ in range(3):
        round_ranks.fetch(bench, numerai)

    assert numerai.asked == [1269]
    ranks = {"mmc": Place(rank=2, of=5), "v2_corr20": Place(rank=2, of=5)}
    assert kept(bench) == {(WHO, 1269): ranks, (OTHER, 1269): ranks}


def test_a_look_asks_for_three_rounds_at_most_and_the_next_looks_for_the_others(bench):
    for number in range(1269, 1276):
        score(bench, number, WHO)
    numerai = Telling()

    assert [round_ranks.fetch(bench, numerai) for _ in range(4)] == [3, 3, 1, 0]
    assert numerai.asked == [1275, 1274, 1273, 1272, 1271, 1270, 1269]


def test_a_silence_leaves_a_round_to_the_next_look_and_the_others_theirs(bench, capsys):
    score(bench, 1269, WHO)
    score(bench, 1270, WHO)
    numerai = Telling()
    numerai.silent = {1270}
    assert round_ranks.fetch(bench, numerai) == 1
    assert "ranks of round 1270: Numerai answered 504" in capsys.readouterr().err
    numerai.silent = set()
    round_ranks.fetch(bench, numerai)

    assert numerai.asked == [1270, 1269, 1270]
    assert set(kept(bench)) == {(WHO, 1269), (WHO, 1270)}


@pytest.mark.parametrize("told", [{}, {"mmc": 0.01}, {"mmc": 0.009, "v2_corr20": 0.02}])
def test_an_answer_older_than_our_final_scores_is_asked_for_again_for_a_day_and_then_kept(
    bench, monkeypatch, told
):
    score(bench, 1269, WHO)
    numerai = Telling(nab_codex=told)
    assert [round_ranks.fetch(bench, numerai) for _ in range(2)] == [0, 0]
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert [round_ranks.fetch(bench, numerai) for _ in range(2)] == [1, 0]
    assert numerai.asked == [1269] * 3
    assert set(kept(bench)[WHO, 1269]) == set(told)


def test_a_rank_is_shown_beside_the_outcome_and_told_to_programs(bench):
    score(bench, 1269, WHO, OTHER)
    bench.log.append(RoundRanked(places={"mmc": Place(rank=3, of=5432)}), entrant=WHO, round=1269, valid=NOON)

    said = plain(explanations.show_entrant(explanations.of_entrant(bench, 1269, WHO))).splitlines()
    assert said[1] == "rank among all models of the round: MMC20 3 of 5432 (ties share the best rank)"
    assert "rank" not in plain(explanations.show_entrant(explanations.of_entrant(bench, 1269, OTHER)))
    told = explanations.of_round(bench, 1269).entrants
    assert (told[WHO].ranks, told[OTHER].ranks) == ({"mmc": Place(rank=3, of=5432)}, {})
