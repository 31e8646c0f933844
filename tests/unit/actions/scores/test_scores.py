from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.scores import scores
from nab.core.facts import RanksSeen, RegimeSeen, RoundResolved, ScoreSeen
from nab.core.outcomes.evidence import of
from nab.edges.numerai.api import Pays, ScoreConfig, ScoreRow, Standing, Unanswered
from nab.tournament.scoring import payouts
from support.records.logs import NOON, RUN, WHO, enrolled, intended, round_seen
from support.repository.benches import bench_on


def paying(name, multiplier, clip, stake=None):
    return ScoreConfig(
        display_name=name,
        is_payout=True,
        default_multiplier=multiplier,
        clip_threshold=clip,
        stake_threshold=stake,
    )


IDLE = ScoreConfig(display_name="v2_corr20", is_payout=False, clip_threshold=0.05)
BEFORE = Pays(
    number=1342,
    target="target_ender_20",
    payout_factor=0.0923,
    stake_threshold=72_000.0,
    round_score_configs=[paying("v2_corr20", 0.75, 0.05, 72_000.0), paying("mmc", 2.25, 0.05, 72_000.0)],
)
SINCE = Pays(
    number=1343,
    target="target_ender_60",
    payout_factor=1.0,
    round_score_configs=[paying("corr60", 3.0, 1.0), paying("mmc60", 15.0, 1.0), IDLE],
)


class Telling:
    """A Numerai that tells what rounds pay, and by model what it scores."""

    def __init__(self, *told, scored=None):
        self.told, self.scored, self.silent = list(told), scored or {}, set()
        self.asked_what_pays = 0

    def pays(self):
        self.asked_what_pays += 1
        return self.told

    def time(self):
        return NOON

    def standing(self, model):
        return Standing({"mmc": len(model)})

    def round_scores(self, number, metrics):
        return {}

    def scores(self, model, metric):
        if model in self.silent:
            raise Unanswered("Numerai answered 504", 504)
        return [row for row in self.scored.get(model, ()) if row.display_name == metric]


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path)


def test_the_thresholds_are_kept_by_the_scores_that_pay():
    before, since = scores.regime(BEFORE), scores.regime(SINCE)

    assert before.clip_thresholds == {"v2_corr20": 0.05, "mmc": 0.05}
    assert before.stake_thresholds == {"v2_corr20": 72_000.0, "mmc": 72_000.0}
    assert before.stake_threshold == 72_000.0
    assert since.clip_thresholds == {"corr60": 1.0, "mmc60": 1.0}
    assert (since.stake_thresholds, since.stake_threshold) == ({}, None)


@pytest.mark.parametrize("told", [BEFORE, SINCE])
def test_they_have_the_units_by_which_the_local_tournament_pays(told):
    ours, known = payouts.regime(told.number), scores.regime(told)

    assert known.multipliers == ours.multipliers
    assert known.clip_thresholds == dict.fromkeys(ours.multipliers, ours.clip)
    assert known.stake_threshold == ours.stake_threshold


def test_a_regime_of_an_older_log_is_completed_when_rounds_are_asked_for_again(bench):
    old = RegimeSeen(target="target_ender_60", multipliers={"corr60": 3.0, "mmc60": 15.0}, payout_factor=1.0)
    bench.log.append(old, round=1343)
    scores.note_regimes(bench, Telling(SINCE), {1343})
    assert len(of(bench.log.events(), RegimeSeen)) == 1
    for _ in range(2):
        scores.note_regimes(bench, Telling(BEFORE, SINCE), {1342, 1343})

    assert [event.round for event, _ in of(bench.log.events(), RegimeSeen)] == [1343, 1342, 1343]


def test_the_names_and_versions_of_the_scoring_are_kept_with_what_rounds_pay():
    configs = [
        ScoreConfig("mmc", name="meta_model_contribution", version="2"),
        ScoreConfig("mmc", name="meta_model_contribution", version="1"),
        ScoreConfig("bmc", name=None, version=3),
    ]
    kept = scores.regime(Pays(1343, round_score_configs=configs))

    assert kept.names == {"mmc": "meta_model_contribution"}
    assert kept.versions == {"mmc": "1, 2", "bmc": "3"}


def test_a_version_that_no_score_had_before_has_the_rounds_asked_for_again(bench):
    bench.log.append(round_seen(), round=1269)
    runs_with(bench, WHO, "mine", NOON)
    numerai = Telling(Pays(1269), scored={"mine": [row(1269, "s1")]})
    for _ in range(2):
        scores.fetch(bench, numerai)
    assert numerai.asked_what_pays == 1
    numerai.scored["mine"] = [row(1269, "s1", version="2")]

    assert [scores.fetch(bench, numerai) for _ in range(2)] == [1, 0]
    assert numerai.asked_what_pays == 2


DAY = timedelta(days=1)
OTHER = "claude-l3"


def row(number, submission, value=0.1, day=3, version="1", *, resolved=False):
    return ScoreRow(number, "mmc", day, submission, NOON, value, 0.5, resolved, version)


def runs_with(bench, entrant, model, at):
    fact = structs.replace(intended(), model=model, model_id=model)
    bench.log.append(fact, entrant=entrant, run=f"{entrant} {model}", valid=at)


def scored(bench):
    return [
        (event.entrant, event.round, fact.submission, fact.value)
        for event, fact in of(bench.log.events(), ScoreSeen)
    ]


def test_scores_are_kept_of_every_model_that_a_run_had_and_of_every_round(bench):
    """Of one that was never enrolled, of one that an entrant had before, and of rounds whose times nobody told."""
    runs_with(bench, OTHER, "mine", NOON)
    runs_with(bench, WHO, "old", NOON - 9 * DAY)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=NOON)
    bench.log.append(round_seen(), round=1269)
    told = {"mine": [row(1269, "s1")], "old": [row(1200, "s2")], "id-of-codex": [row(1269, "s3")]}
    numerai = Telling(scored=told)

    assert [scores.fetch(bench, numerai) for _ in range(3)] == [3, 0, 0]

    assert sorted(scored(bench)) == [
        (OTHER, 1269, "s1", 0.1),
        (WHO, 1200, "s2", 0.1),
        (WHO, 1269, "s3", 0.1),
    ]
    rows = {(one.entrant, one.round.number): one.words for one in bench.standings().rows}
    assert rows[WHO, 1200] == rows[OTHER, 1269] == "verified scored (not owed)"
    ranks = {event.entrant: fact.ranks["mmc"] for event, fact in of(bench.log.events(), RanksSeen)}
    assert ranks == {WHO: len("nab_codex"), OTHER: len("mine")}


def test_two_submissions_of_a_round_are_kept_once_each_however_often_they_are_told(bench):
    """An entrant whose model was changed while a round was open has one of each."""
    runs_with(bench, WHO, "old", NOON)
    runs_with(bench, WHO, "new", NOON)
    numerai = Telling(scored={"old": [row(1269, "s1", 0.1)], "new": [row(1269, "s2", 0.2)]})

    assert [scores.fetch(bench, numerai) for _ in range(3)] == [2, 0, 0]


def test_a_round_that_resolves_is_one_fact_and_no_value_of_it_is_written_again(bench):
    runs_with(bench, WHO, "mine", NOON)
    days = range(1, 21)
    numerai = Telling(scored={"mine": [row(1269, "s1", day=day) for day in days]})
    assert scores.fetch(bench, numerai) == 20
    numerai.scored["mine"] = [row(1269, "s1", day=day, resolved=True) for day in days]

    assert [scores.fetch(bench, numerai) for _ in range(2)] == [0, 0]
    assert [event.round for event, _ in of(bench.log.events(), RoundResolved)] == [1269]


def test_two_versions_of_a_day_are_kept_once_each_and_the_higher_one_counts(bench):
    runs_with(bench, WHO, "mine", NOON)
    told = [row(1269, "s1", 0.2, version="10"), row(1269, "s1", 0.1, version="9")]

    assert [scores.fetch(bench, Telling(scored={"mine": told})) for _ in range(2)] == [2, 0]
    (one,) = bench.standings().rows
    assert one.scores["mmc"].value == 0.2


def test_scores_of_a_model_that_two_entrants_had_are_of_who_submitted(bench):
    bench.log.append(round_seen(), round=1269)
    runs_with(bench, WHO, "theirs", NOON - DAY)
    runs_with(bench, OTHER, "theirs", NOON + DAY)
    scores.fetch(bench, Telling(scored={"theirs": [row(1269, "s1")]}))

    assert scored(bench) == [(WHO, 1269, "s1", 0.1)]


def test_one_models_silence_leaves_the_others_theirs_and_all_of_them_are_an_error(bench, capsys):
    runs_with(bench, WHO, "old", NOON)
    runs_with(bench, WHO, "new", NOON)
    numerai = Telling(scored={"new": [row(1269, "s2")]})
    numerai.silent = {"old"}

    assert scores.fetch(bench, numerai) == 1
    assert "codex-l3: Numerai answered 504" in capsys.readouterr().err
    numerai.silent = {"old", "new"}
    with pytest.raises(Unanswered):
        scores.fetch(bench, numerai)
