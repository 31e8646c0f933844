from dataclasses import replace
from datetime import timedelta

import pytest

from nab.actions.log import derived
from nab.actions.reports import explanations
from nab.actions.windows import reconcile
from nab.core.facts import OutcomeChanged, Poll, RoundSeen
from nab.core.outcomes.evidence import of
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, enrolled
from support.repository.benches import bench_on

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
    assert f"its closeTime is {times.text(ENDS)}" in explanations.show_entrant(
        explanations.of_entrant(bench, None, WHO)
    )
