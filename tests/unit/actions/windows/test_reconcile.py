from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.log import derived
from nab.actions.reports import explanations
from nab.actions.windows import reconcile
from nab.core.facts import OutcomeChanged, Poll, RoundSeen, SubmissionSeen, UploadSeen
from nab.core.outcomes.evidence import of
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from nab.core.text.tables import plain
from nab.core.windows.rounds import Round
from nab.edges.numerai.api import Latest, Listed, Unanswered
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, enrolled, intended
from support.repository.benches import bench_on

OTHER, DAY = "claude-l3", timedelta(days=1)
ENDS = CLOSES + timedelta(hours=22)


@pytest.fixture
def bench(tmp_path):
    """A bench whose log knows a round as older programs wrote it down: without its closeTime."""
    bench = bench_on(tmp_path)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=NOON.replace(day=15))
    reconcile.note_rounds(bench, [ROUND])
    bench.log.append(Poll(ok=True), entrant=WHO, valid=settles(ROUND))
    derived.publish(bench)
    return bench


def kept(bench):
    return [fact.closes for _, fact in of(bench.log.events(), RoundSeen)]


def test_a_close_time_is_kept_once_and_every_change_of_it(bench):
    for ends in (None, ENDS, ENDS, None, ENDS + timedelta(hours=1), ENDS):
        reconcile.note_rounds(bench, [replace(ROUND, ends=ends)])

    changes = [times.text(one) for one in (ENDS, ENDS + timedelta(hours=1), ENDS)]
    assert kept(bench) == [None, *changes]


def test_a_moved_round_keeps_the_close_time_that_is_not_told_again(bench):
    reconcile.note_rounds(bench, [replace(ROUND, ends=ENDS)])
    reconcile.note_rounds(bench, [replace(ROUND, opens=ROUND.opens + timedelta(minutes=24))])

    assert kept(bench) == [None, times.text(ENDS), times.text(ENDS)]


def test_the_first_close_time_of_a_known_round_changes_no_outcome(bench):
    before = bench.standings().rows
    reconcile.note_rounds(bench, [replace(ROUND, ends=ENDS)])
    derived.publish(bench)

    assert bench.standings().rows == before
    assert not of(bench.log.events(), OutcomeChanged)
    assert f"its closeTime is {times.text(ENDS)}" in plain(
        explanations.show_entrant(explanations.of_entrant(bench, None, WHO))
    )


class Telling:
    """A Numerai that lists what it has of each model, and notes which models it was asked for."""

    def __init__(self, listed, rounds=()):
        self.listed, self.told = listed, list(rounds)
        self.models, self.silent, self.asked = [], set(), 0

    def time(self):
        return settles(ROUND) + DAY

    def rounds(self):
        return self.told

    def scopes(self):
        return ()

    def submissions(self, model):
        self.models.append(model)
        if model in self.silent:
            raise Unanswered("Numerai answered 504", 504)
        return [
            Listed(name, NOON, Listed.InRound(number, tournament), "f", selected=True, status="on-time")
            for name, number, tournament in self.listed.get(model, ())
        ]

    def latest(self, rounds):
        return {
            model: [Latest(number, name, "on-time", "f", NOON) for name, number, _ in rows]
            for model, rows in self.listed.items()
        }


def runs_with(bench, entrant, model, *, name="", at=NOON - DAY):
    fact = structs.replace(intended(), model=name or model, model_id=model)
    bench.log.append(fact, entrant=entrant, run=f"{entrant} {model}", valid=at)


def listed(bench):
    return {
        (event.entrant, event.round, fact.submission)
        for event, fact in of(bench.log.events(), SubmissionSeen)
    }


@pytest.mark.parametrize("newest", [False, True], ids=["all submissions", "the newest rounds"])
def test_whoever_has_had_a_model_is_asked_for_enrolled_or_not_and_for_every_model(bench, newest):
    """A run that goes on or was never finished, and an entrant whose model is another one by now."""
    runs_with(bench, OTHER, "mine")
    runs_with(bench, WHO, "id-of-the-old-one", at=NOON - 9 * DAY)
    bench.log.append(enrolled(), entrant=WHO, run=RUN)
    numerai = Telling(
        {
            "id-of-codex": [("s1", 1269, 8)],
            "id-of-the-old-one": [("s2", 1200, 8)],
            "mine": [("s3", 1269, 8)],
            "nobody's": [("s4", 1269, 8)],
        }
    )
    if newest:
        assert reconcile.look_at_the_newest(bench, numerai) == {WHO: True, OTHER: True}
    else:
        looked = reconcile.look_at_all(bench, numerai, now=True)
        assert looked.answered == {WHO: True, OTHER: True}
        assert sorted(numerai.models) == ["id-of-codex", "id-of-the-old-one", "mine"]

    assert listed(bench) == {(WHO, 1269, "s1"), (WHO, 1200, "s2"), (OTHER, 1269, "s3")}
    assert {event.entrant for event, _ in of(bench.log.events(), Poll)} == {WHO, OTHER}


def test_a_model_of_before_that_gives_no_answer_leaves_the_present_one_its_answer(bench, capsys):
    runs_with(bench, WHO, "gone", name="nab_gone", at=NOON - 9 * DAY)
    bench.log.append(enrolled(), entrant=WHO, run=RUN)
    numerai = Telling({"id-of-codex": [("s1", 1269, 8)]})
    numerai.silent = {"gone"}

    assert reconcile.look(bench, numerai, WHO)
    assert "nab_gone, which codex-l3 had before: Numerai answered 504" in capsys.readouterr().err
    assert reconcile.look_at_the_newest(bench, numerai) == {WHO: True}
    numerai.silent = {"id-of-codex"}
    assert not reconcile.look(bench, numerai, WHO)


def test_a_submission_of_a_model_that_two_entrants_had_is_of_one_of_them(bench):
    runs_with(bench, OTHER, "id-of-codex", at=NOON + 9 * DAY)
    bench.log.append(UploadSeen(submission="s2"), entrant=OTHER, round=1269)
    numerai = Telling({"id-of-codex": [("s1", 1269, 8), ("s2", 1269, 8)]})
    for _ in range(2):
        reconcile.look_at_all(bench, numerai, now=True)
        reconcile.look_at_the_newest(bench, numerai)

    assert listed(bench) == {(WHO, 1269, "s1"), (OTHER, 1269, "s2")}
    assert len(of(bench.log.events(), SubmissionSeen)) == 2


def test_what_is_of_another_tournament_is_no_round_of_ours(bench):
    reconcile.look_at_all(bench, Telling({"id-of-codex": [("s1", 1268, 11)]}), now=True)

    assert listed(bench) == set()


def test_the_times_of_a_round_of_before_are_kept_where_something_was_seen_in_it(bench):
    old = [Round(number, NOON - 9 * DAY, CLOSES - 9 * DAY) for number in (1200, 1201)]
    numerai = Telling({"id-of-codex": [("s1", 1201, 8)]}, [*old, ROUND])
    for _ in range(2):
        reconcile.look_at_all(bench, numerai, now=True)

    assert list(bench.rounds()) == [1201, 1269]
    assert len(of(bench.log.events(), RoundSeen)) == 2
    (row,) = [row for row in bench.standings().rows if row.round.number == 1201]
    assert (row.words, row.owed) == ("verified on-time (not owed)", False)
