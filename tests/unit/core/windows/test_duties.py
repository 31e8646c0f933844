from dataclasses import replace

import pytest

from nab.core.levels import Level, Submits, submits
from nab.core.windows import decision_table
from nab.core.windows.decision_table import VALUES, situations
from nab.core.windows.duties import Action, BoxState, Listing, Reason, Situation, decide
from nab.core.windows.window import Window
from support.repository.benches import REPOSITORY

TABLE = situations()
OPEN = Situation(
    level=Level.L3,
    window=Window.OPEN,
    owed=True,
    listing=Listing.NOTHING,
    has_script=True,
    box=BoxState.STOPPED,
    in_flight=False,
    closing=False,
    no_room=False,
)


def test_the_table_has_every_value_of_every_fact():
    assert len(TABLE) == len(set(TABLE)) == len(Level) * 3 * 2 * 5 * 2 * 2 * 5 * 2 * 2
    assert set(VALUES) == set(vars(OPEN))


@pytest.mark.parametrize("level", Level)
def test_every_situation_has_an_action_and_a_reason(level):
    for facts in (row for row in TABLE if row.level is level):
        action, reason = decide(facts)

        assert isinstance(action, Action)
        assert isinstance(reason, Reason)


def test_every_reason_there_is_is_given_in_some_situation():
    assert {decide(facts)[1] for facts in TABLE} == set(Reason)


def test_submit_script_is_fired_exactly_where_it_is_due():
    for facts in TABLE:
        due = (
            submits(facts.level) is Submits.BY_SCHEDULER
            and facts.window is Window.OPEN
            and facts.owed
            and facts.listing in {Listing.NOTHING, Listing.CARRIED, Listing.UNKNOWN}
            and not facts.in_flight
            and facts.has_script
            and facts.box in {BoxState.AWAKE, BoxState.PAUSED, BoxState.STOPPED}
            and not facts.closing
            and not facts.no_room
        )

        assert (decide(facts)[0] is Action.FIRE) == due


def test_for_an_agent_that_submits_by_itself_a_script_never_changes_the_decision():
    loops = [facts for facts in TABLE if submits(facts.level) is Submits.BY_AGENT]

    assert loops
    for facts in loops:
        assert decide(facts) == decide(replace(facts, has_script=not facts.has_script))
        assert decide(facts)[0] in {Action.OBSERVE, Action.ALERT}


def test_an_outage_is_never_read_as_a_closed_window_nor_as_an_empty_list():
    for facts in TABLE:
        if facts.window is Window.UNKNOWN:
            assert decide(facts)[1] is Reason.UNANSWERED
        if facts.listing is Listing.UNKNOWN:
            assert decide(facts)[1] is not Reason.NOTHING_LISTED


def test_a_missing_script_in_an_open_window_is_an_alert():
    assert decide(replace(OPEN, has_script=False)) == (Action.ALERT, Reason.NO_SCRIPT)


def test_what_stops_this_machine_from_firing_is_an_alert_before_anything_is_said_of_the_script():
    for has_script in (True, False):
        facts = replace(OPEN, no_room=True, has_script=has_script)

        assert decide(facts) == (Action.ALERT, Reason.NO_ROOM)


def test_a_machine_without_room_changes_nothing_where_nothing_would_be_fired():
    for facts in TABLE:
        calm = decide(replace(facts, no_room=False))
        if (calm[0] is Action.WAIT and calm[1] is not Reason.CLOSING) or submits(
            facts.level
        ) is Submits.BY_AGENT:
            assert decide(facts) == calm


def test_an_engine_that_does_not_answer_is_not_a_box_that_is_gone():
    assert decide(replace(OPEN, box=BoxState.UNKNOWN)) == (Action.ALERT, Reason.NO_ENGINE)
    assert decide(replace(OPEN, box=BoxState.GONE)) == (Action.ALERT, Reason.BOX_GONE)


def test_a_late_upload_of_the_round_before_does_not_stand_in_for_this_one():
    assert decide(replace(OPEN, listing=Listing.CARRIED)) == (Action.FIRE, Reason.CARRIED)


def test_the_page_of_decisions_is_what_is_decided():
    written = (REPOSITORY / "docs" / "decisions.md").read_text()

    assert written == decision_table.markdown(), "scripts/decisions.py > docs/decisions.md"
