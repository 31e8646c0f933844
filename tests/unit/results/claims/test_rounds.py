"""Rounds that are left out, with whose doing that was."""

from nab.core.facts import AttemptEnded, AttemptStarted, Cause, Excluded
from nab.results.claims.registry import as_of
from support.statistics.claimed import DAY, A, B, claimed


def version(told, claim=0):
    derived = as_of(told.events, None)
    name, one, pair = list(derived.claims())[claim]
    return derived.told(name, one, one.season.versions[pair][0])


def test_a_round_that_one_of_the_two_missed_is_left_out_with_its_cause():
    found = version(claimed(25, missing={103: ("codex-l3",)}))

    (one,) = found.excluded
    assert (one.round, one.run, one.cause) == (103, A, "unknown")
    assert found.looks[0].n == 20
    assert found.looks[0].last_round == 121


def test_a_miss_that_the_harness_caused_is_the_harness_doing():
    told = claimed(0)
    for number in range(101, 123):
        told.open(number)
        if number == 103:
            told.log.about(AttemptStarted(container="c", script=""), told.at(number), "codex-l3", number)
            lost = AttemptEnded(exit_code=None, seconds=1, cause=Cause.HARNESS, reason="the proxy ended")
            told.log.about(lost, told.at(number) + DAY / 48, "codex-l3", number)
        told.submit(number, ("codex-l3",) if number == 103 else ())
    for number in range(101, 123):
        for who in told.means:
            if (number, who) != (103, "codex-l3"):
                told.score(number, who)

    assert version(told).excluded == (Excluded(103, A, "harness", "the proxy ended"),)


def test_a_round_that_nobody_looked_at_is_the_harness_doing():
    told = claimed(0)
    for number in (*range(101, 105), *range(106, 123)):
        told.open(number)
        told.submit(number)
    for number in (*range(101, 105), *range(106, 123)):
        for who in told.means:
            told.score(number, who)

    assert [(one.round, one.run, one.cause) for one in version(told).excluded] == [
        (105, A, "harness"),
        (105, B, "harness"),
    ]


def test_what_numerai_has_and_did_not_score_is_numerais():
    told = claimed(0)
    for number in range(101, 123):
        told.open(number)
        told.submit(number)
        for who in told.means:
            if (number, who) != (103, "random-l3"):
                told.score(number, who)

    assert version(told).excluded == (
        Excluded(103, B, "numerai", "Numerai has it, and no final score of it"),
    )


def test_what_numerai_scores_by_another_version_only_is_left_out_and_says_so():
    told = claimed(0)
    for number in range(101, 123):
        told.open(number)
        told.submit(number)
        for who in told.means:
            told.score(number, who, version="v2" if (number, who) == (103, "codex-l3") else "v1")
            told.score(number, who, 0.9, version="v2")

    one = version(told)
    words = "Numerai scored it by version v2 of its scoring, which is not the registered one"
    assert one.excluded == (Excluded(103, A, "numerai", words),)


def test_a_miss_that_nobody_has_asked_about_has_no_cause_yet():
    told = claimed(0)
    for number in range(101, 123):
        told.open(number)
        for who in told.means:
            if number != 103:
                told.score(number, who)

    assert {(one.round, one.run, one.cause) for one in version(told).excluded} == {(103, A, ""), (103, B, "")}


def test_a_round_that_was_handed_in_late_is_counted_and_named():
    found = version(claimed(25, late={104: ("random-l3",)}))

    assert found.late == (104,)
    assert found.excluded == ()
    assert found.looks[0].n == 20
