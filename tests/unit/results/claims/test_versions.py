"""Versions that count."""

from msgspec import structs

from nab.results.claims.registry import as_of
from nab.results.claims.versions import counted
from nab.results.verdicts.looks import Verdict
from nab.results.verdicts.season import Cause, fold
from support.statistics.claimed import A, B, claimed
from support.statistics.seasons import RULES, scores


def of_season():
    """Versions of a pair that was found better, from the fold itself: each at another seq."""
    found = fold(RULES, scores({"a": 0.03, "b": 0.0, "c": 0.0}, range(1, 46), amplitude=0.2), 10_000)
    return found.versions["b", "c"]


def test_versions_that_nobody_looked_at_are_one_with_the_causes_of_all():
    versions = of_season()
    assert len(versions) > 1

    (one,) = counted(versions, ())
    assert (one.seq, one.looks) == (versions[-1].seq, versions[-1].looks)
    assert {*one.causes} == {cause for each in versions for cause in each.causes}


def test_what_is_on_record_stays():
    versions = of_season()
    seqs = [one.seq for one in versions]

    assert counted(versions, seqs) == versions
    assert [one.seq for one in counted(versions, seqs[:1])] == [seqs[0], seqs[-1]]
    assert counted([], ()) == []


def test_a_verdict_that_nobody_was_told_is_not_taken_back():
    last = of_season()[-1]
    undecided = tuple(structs.replace(look, rejected=False, equivalent=False) for look in last.looks)
    given = structs.replace(last, verdict=Verdict.EQUIVALENT)
    given = structs.replace(given, looks=(structs.replace(undecided[0], equivalent=True), *undecided[1:]))
    gone = structs.replace(last, seq=last.seq + 1, looks=undecided, causes=(Cause.CORRECTION,))

    assert [one.verdict for one in counted([given, gone], ())] == ["not yet"]
    assert [one.verdict for one in counted([given, gone], (given.seq,))] == ["equivalent", "withdrawn"]


def test_scores_of_one_fetch_make_one_version_of_a_claim():
    season = claimed(30)
    derived = as_of(season.events, None)

    assert [len(derived.families["l3-101"].season.versions[pair]) for pair in ((A, B),)] == [1]
