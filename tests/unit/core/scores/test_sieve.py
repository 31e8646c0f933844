"""What a sieve keeps of a log tells the same of rounds, scores and claims as all of it."""

from random import Random

import msgspec
import pytest

from nab.core.log.events import FIRST as BEGINNING
from nab.core.log.events import Link, decode, encode
from nab.core.overview.overview import standings
from nab.core.scores.metrics import NAMED, SHOWN
from nab.core.scores.sieve import Sieve, sift
from nab.results.claims import registry, standing
from support.statistics.claimed import DAY, FIRST, RUNS, claimed

ROUNDS = 26
HEARD = ("mmc", "v2_corr20", "bmc", "mmc60", "one_of_tomorrow")


def lines(events):
    return [encode(event) for event in events]


def sifted(events):
    sieve = Sieve()
    head = sift(lines(events), BEGINNING, sieve)
    assert head is not None
    return [decode(line) for _, line in sieve.lines()], sieve


def chatter(seed: int):
    """Tell much more than counts: days, other metrics, nulls, revisions, another version, other submissions."""
    random, season = (
        Random(seed),
        claimed(ROUNDS, missing={FIRST + 4: ("codex-l3",)}, late={FIRST + 7: ("random-l3",)}),
    )
    for place in range(500):
        number, who = FIRST + random.randrange(ROUNDS + 3), random.choice([*RUNS])
        metric = random.choice(HEARD)
        day = random.choice((1, 2, 19, 20, 21, 60)) if seed % 2 else random.randrange(1, 20)
        changed = {"metric": metric, "day": day, "version": random.choice(("", "", "v9"))}
        changed["submission"] = random.choice((f"{who}-{number}", "another"))
        value = random.uniform(-0.1, 0.1)
        season.score(number, who, value, season.at(FIRST + 60 + place // 50), **changed)
    return season.events


def rows(events):
    return [
        (row.entrant, row.round, row.outcome, row.corrected, row.made_by, row.resolved, row.words,
         {one.name: row.scores.get(one.name) for one in SHOWN})
        for row in standings(events).rows
    ]  # fmt: skip


def told(events):
    derived = registry.as_of(events, None)
    tables = [standing.told(one, {}) for one in derived.families.values()]
    documents = [version for each in derived.claims() for _, version, _ in derived.hashes(*each)]
    return tables, msgspec.json.encode([registry.registry(derived), documents])


@pytest.mark.parametrize("seed", range(4))
def test_rounds_scores_and_claims_are_those_of_the_whole_log(seed):
    events = chatter(seed)
    few, sieve = sifted(events)

    assert not sieve.taken_back
    assert len(few) < 0.8 * len(events)
    assert rows(few) == rows(events)
    assert told(few) == told(events)


def test_a_season_that_ends_while_scores_are_told_ends_at_the_same_event():
    season = claimed(45).register(family="l3-short", last=FIRST + 44)
    for day in range(1, 120):
        season.score(FIRST + 60, "codex-l3", 0.1, season.at(FIRST + day), metric="bmc", day=1)
    few, _ = sifted(season.events)

    assert told(few) == told(season.events)
    assert registry.as_of(few, None).families["l3-short"].season.ended is not None


def test_a_final_score_that_is_taken_back_is_told_for_then_older_days_count_again():
    season = claimed(3)
    season.score(FIRST, "codex-l3", 0.2, day=19)
    assert not sifted(season.events)[1].taken_back

    said = season.score(FIRST, "codex-l3", 0.0)
    fact = msgspec.structs.replace(said.fact, value=None)
    season.log.about(fact, season.at(FIRST) + 90 * DAY, "codex-l3", FIRST)
    assert sifted(season.events)[1].taken_back


def test_of_many_days_of_a_final_score_few_are_kept_and_of_one_that_is_not_final_all():
    season = claimed(1)
    for day in range(1, 20):
        season.score(FIRST, "codex-l3", 0.1, season.at(FIRST), day=day)
        season.score(FIRST + 1, "codex-l3", 0.1, season.at(FIRST), day=day)
    few, _ = sifted(season.events)
    kept = [event.fact.day for event in few if event.kind == "score.seen" and event.round == FIRST + 1]

    assert kept == [*range(1, 20)]
    assert (
        sum(
            event.kind == "score.seen" and event.entrant == "codex-l3" and event.round == FIRST
            for event in few
        )
        <= 3
    )
    assert NAMED["mmc"].horizon == 20


@pytest.mark.parametrize("spoilt", ["changed", "lost", "torn", "last"])
def test_a_line_that_is_not_as_it_was_written_is_not_gone_over(spoilt):
    told = lines(claimed(2).events)
    place = len(told) // 2
    match spoilt:
        case "changed":
            told[place] = told[place].replace(b'"known":"2026', b'"known":"2027')
        case "lost":
            del told[place]
        case "torn":
            told[-1] = told[-1][:-9]
        case _:
            told[-1] = told[-1].replace(b'"percentile":0.5', b'"percentile":0.7')

    assert sift(told, BEGINNING, Sieve()) is None


def test_places_that_the_log_came_to_are_asked_for():
    events = claimed(2).events
    passed = Link(7, events[7].prev)

    assert sift(lines(events), BEGINNING, Sieve(), [passed]) is not None
    assert sift(lines(events), BEGINNING, Sieve(), [Link(7, "0" * 16)]) is None
