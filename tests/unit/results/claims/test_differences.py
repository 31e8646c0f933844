"""Claims on record that are not what the log tells are found, each with its id."""

import msgspec
import pytest
from msgspec import structs

from nab.core.claims.told import told as said
from nab.core.facts import ClaimLooked, ClaimWithdrawn, Poll
from nab.results.claims.differences import (
    Harness,
    differences,
    documents,
    files_differ,
    unwritten,
)
from nab.results.claims.registry import as_of
from support.statistics.claimed import FIRST, Claimed, claimed

HERE = Harness("c0ffee", "1" * 64)


def kept(season, harness=HERE):
    return list(unwritten(as_of(season.events, None), said(season.events), harness))


def looked(season, harness=HERE):
    for one in kept(season, harness):
        season.say(one.fact)
    return season


def found(season):
    return list(differences(as_of(season.events, None), said(season.events)))


def changed(season, **told):
    """Change the first look on record, as a hand would that mends the chain behind it."""
    events = season.events
    place = next(place for place, one in enumerate(events) if isinstance(one.fact, ClaimLooked))
    fact = structs.replace(events[place].fact, **told)
    events[place] = structs.replace(
        events[place], data=msgspec.Raw(msgspec.json.encode(structs.asdict(fact)))
    )
    return season


def test_a_season_that_was_looked_at_has_no_differences_and_nothing_is_written_twice():
    season = looked(claimed(30))

    assert found(season) == []
    assert kept(season) == []
    assert {one.fact.claim for one in season.events if isinstance(one.fact, ClaimLooked)} == {
        "l3-101.1", "l3-101.2", "l3-101.3",
    }  # fmt: skip


def test_a_look_that_nobody_wrote_down_is_one():
    assert {one.id for one in found(claimed(30))} == {"l3-101.1", "l3-101.2", "l3-101.3"}
    assert "is not on record (make tick" in found(claimed(30))[0].what


def test_a_figure_that_was_edited_is_one_and_says_which():
    (one,) = found(changed(looked(claimed(30)), verdict="refuted", estimate=0.5))

    assert one.id == "l3-101.1"  # the last score of its look comes first
    assert "verdict refuted and not supported" in one.what
    assert "estimate 0.5 and not 0.0" in one.what


def test_a_hash_that_was_edited_is_one():
    (one,) = found(changed(looked(claimed(30)), sha256="f" * 64))

    assert "its hash is another" in one.what


def test_an_exclusion_that_lost_its_cause_is_one():
    season = looked(claimed(30, missing={103: ("codex-l3", "baseline-l3")}))
    first = next(one.fact for one in season.events if isinstance(one.fact, ClaimLooked))
    changed(season, excluded=tuple(structs.replace(one, cause="") for one in first.excluded))

    lines = [one.what for one in found(season) if one.id == first.claim]
    assert any("on record round 103 is left out without a cause" in line for line in lines)


def test_an_exclusion_whose_cause_nobody_knows_is_one():
    season = Claimed().enrol().register()
    for number in range(FIRST, FIRST + 22):
        season.open(number)
        for who in season.means:
            if (number, who) != (103, "codex-l3"):
                season.score(number, who)
    looked(season)

    assert {one.id for one in found(season)} == {"l3-101.1", "l3-101.2"}
    assert all("round 103 is left out without a cause" in one.what for one in found(season))
    season.log.add(Poll(ok=True), season.at(FIRST + 60), entrant="codex-l3")
    assert found(season) == []  # what was said then stays, and somebody has asked since


def test_a_registration_after_its_first_score_is_one():
    season = Claimed().enrol()
    season.score(FIRST, "codex-l3")
    season.register()
    looked(season.season(30))

    (one,) = found(season)
    assert one.id == "l3-101"
    assert one.what == "registered by event 5, after its first score (event 4)"


def test_a_look_of_a_claim_that_was_never_registered_is_one():
    season = looked(claimed(30))
    fact = next(one.fact for one in season.events if isinstance(one.fact, ClaimLooked))
    season.say(structs.replace(fact, claim="l9-1.1"))
    season.say(structs.replace(fact, upto=3))

    assert [(one.id, one.what.partition(":")[0]) for one in found(season)] == [
        (fact.claim, f"event {len(season.events)} tells of a look as of 3"),
        ("l9-1.1", "a look is on record, and no such claim was registered"),
    ]


def test_what_changed_code_says_of_the_same_place_is_a_version_of_its_own():
    season = changed(looked(claimed(30)), estimate=0.5, sha256="0" * 64)

    assert kept(season) == []  # the same code: never put right, always told
    (one,) = kept(season, Harness("beef", "1" * 64))
    assert one.fact.causes == ("code",)
    assert (one.fact.claim, one.fact.commit) == ("l3-101.1", "beef")
    season.say(one.fact)
    assert found(season) == []


@pytest.mark.full
def test_a_verdict_that_a_correction_takes_away_is_withdrawn_on_record():
    season = looked(claimed(30))
    for number in range(FIRST, FIRST + 20):
        season.score(number, "codex-l3", (-1) ** number * 0.5, at=season.at(FIRST + 70))
    looked(season)

    (taken,) = [
        one.fact for one in season.events
        if isinstance(one.fact, ClaimWithdrawn) and one.fact.claim == "l3-101.1"
    ]  # fmt: skip
    assert taken.verdict == "supported"
    assert taken.causes == ("a late or revised score",)
    assert found(season) == []
    gone = [one for one in season.events if not isinstance(one.fact, ClaimWithdrawn)]
    assert any("that is not on record" in one.what for one in differences(as_of(gone, None), said(gone)))


def test_a_file_that_was_edited_is_one_and_a_missing_one_is_not():
    season = claimed(30)
    derived = as_of(season.events, None)
    files = dict(documents(derived, None))
    first = {name: content for name, content in files.items() if "101.1" in name}

    assert list(files_differ(derived, first)) == []
    assert list(files_differ(derived, {})) == []
    assert dict(documents(derived, {"l3-101.1"})) == first
    edited = {name: content.replace(b"supported", b"equivalent") for name, content in first.items()}
    (one,) = files_differ(derived, edited)
    assert (one.id, one.what.partition(" ")[0]) == ("l3-101.1", "l3-101.1-v1.json")
