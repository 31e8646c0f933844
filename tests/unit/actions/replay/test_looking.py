"""A family from its registration to its sentences, on values."""

import random

from msgspec.structs import replace

from nab.actions.replay import looking
from nab.core.facts import LeakFound, ReplayFired, ReplayRegistered
from nab.core.replay.leaks import EraScore
from nab.core.replay.told import Fired, Told
from nab.core.text import tables
from nab.results.replay import comparison
from nab.tournament.replay.scoring import Scored

CUT = "c" * 64
ERAS = range(101, 251)
NAMES = {"run-a": "better-l3", "run-b": "equal-l3", "run-c": "same-l3"}
FIRED = ReplayFired(
    cut=CUT, first=101, last=250, eras=tuple(ERAS), missed={}, leaks=(), sha256="a" * 64, seconds=300.0
)
FAMILY = ReplayRegistered(
    family="replay-cccccccc.1", cut=CUT, metric="MMC20", days=20, horizon=4, alpha=0.05,
    pairs=comparison.family(list(NAMES)), runs=NAMES, predictions=dict.fromkeys(NAMES, "a" * 64),
)  # fmt: skip


def scored(level, seed, corr=0.02):
    chance = random.Random(seed)
    weeks = [chance.gauss(0, 0.006) for _ in range(len(ERAS) + 3)]
    values = {era: level + sum(weeks[at : at + 4]) for at, era in enumerate(ERAS)}
    return Scored(values, tuple(EraScore(era, corr, 2000) for era in ERAS))


SCORES = {"run-a": scored(0.02, 1), "run-b": scored(0.0, 2), "run-c": scored(0.0, 3)}


def known(*looks):
    return Told(
        fired={(CUT, run): Fired(run, name, FIRED) for run, name in NAMES.items()},
        families={FAMILY.family: FAMILY} if looks else {},
        looks={one.family: one for one in looks},
    )


def findings(look):
    return {(one.first, one.second): one.finding for one in look.pairs}


def test_a_planted_better_artifact_is_found_and_an_equal_one_is_not():
    assert findings(looking.looked(FAMILY, SCORES, {})) == {
        ("run-a", "run-b"): "better",
        ("run-a", "run-c"): "better",
        ("run-b", "run-c"): "not told apart",
    }


def test_who_peeked_is_compared_with_nobody_however_good_he_is():
    leak = LeakFound("embargo", "data/x.parquet", "it knows era 99")
    kept = looking.looked(FAMILY, SCORES, {"run-a": (leak,)})
    scored_too_well = looking.looked(FAMILY, {**SCORES, "run-a": scored(0.5, 1, corr=0.5)}, {})

    for look in (kept, scored_too_well):
        assert findings(look)["run-a", "run-b"] == findings(look)["run-a", "run-c"] == "not tested"
        assert {one.why for one in look.pairs if "run-a" in (one.first, one.second)} == {comparison.LEAKED}
    assert kept.runs[0].leaks == (leak,)
    assert {one.way for one in scored_too_well.runs[0].leaks} == {"target"}


def test_a_look_is_told_in_sentences_a_table_and_how_sure_that_is():
    text = tables.plain(looking.shown(known(looking.looked(FAMILY, SCORES, {}))))

    assert text.startswith("This run of better-l3 did better than this run of equal-l3: +0.0")
    assert "equal-l3 and same-l3 could not be told apart" in text
    assert "This was the one look at 3 pairs on the sealed eras 101 to 250" in text
    assert "none found" in text


def test_a_leak_is_told_with_its_place():
    leak = LeakFound("file", "cache/x.parquet", "it is a file of the sealed eras")
    text = tables.plain(looking.shown(known(looking.looked(FAMILY, SCORES, {"run-b": (leak,)}))))

    assert (
        "What is sealed leaked to equal-l3:\n  file: cache/x.parquet: it is a file of the sealed eras" in text
    )


def test_who_was_fired_and_not_looked_at_waits_without_a_figure():
    text = tables.plain(looking.shown(known()))

    assert "better-l3 (run-a) predicted 150 of 150 sealed eras and waits for its look" in text
    assert "+" not in text
    assert looking.shown(Told()) == [looking.NOBODY]


def test_the_same_scores_are_known_again_by_their_hash():
    other = {**SCORES, "run-c": scored(0.0, 4)}

    assert looking.looked(FAMILY, SCORES, {}) == looking.looked(replace(FAMILY), dict(SCORES), {})
    assert looking.looked(FAMILY, SCORES, {}).scores_sha256 != looking.looked(FAMILY, other, {}).scores_sha256
