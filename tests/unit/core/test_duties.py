from itertools import product

import pytest

from nab.core.duties import HINDERED, NO_SCRIPT, Action, Facts, decide
from nab.core.levels import Level, Submits, submits
from nab.core.rounds import Window

BOOLEANS = (True, False)
TROUBLE = ("", "1.0 GiB free for the state")
TABLE = [
    Facts(*row) for row in product(Level, Window, BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS, TROUBLE)
]


def with_flip(facts: Facts, **changes: object) -> Facts:
    return Facts(**{**vars(facts), **changes})


@pytest.mark.parametrize("level", Level)
def test_every_situation_has_an_action_and_a_reason(level):
    for facts in (row for row in TABLE if row.level is level):
        action, reason = decide(facts)

        assert isinstance(action, Action)
        assert reason


def test_submit_script_is_fired_only_in_an_open_window_for_an_entrant_that_is_due():
    fired = [facts for facts in TABLE if decide(facts)[0] is Action.FIRE]

    assert fired
    for facts in fired:
        assert facts.window is Window.OPEN
        assert facts.owed and facts.has_script and facts.has_box
        assert not facts.submitted and not facts.in_flight and not facts.hindrance
        assert submits(facts.level) is Submits.BY_SCHEDULER


def test_for_an_agent_that_submits_by_itself_a_script_never_changes_the_decision():
    loops = [facts for facts in TABLE if submits(facts.level) is Submits.BY_AGENT]

    assert loops
    for facts in loops:
        assert decide(facts) == decide(with_flip(facts, has_script=not facts.has_script))
        assert decide(facts)[0] is Action.OBSERVE


def test_an_outage_is_never_read_as_a_closed_window():
    for facts in TABLE:
        if facts.window is Window.UNKNOWN and not facts.submitted:
            assert "did not answer" in decide(facts)[1]


def test_a_missing_script_in_an_open_window_is_an_alert():
    facts = Facts(Level.L3, Window.OPEN, True, False, False, True, False)

    assert decide(facts) == (Action.ALERT, NO_SCRIPT)


def test_what_stops_this_machine_from_firing_is_an_alert_with_its_reason_before_anything_is_said_of_the_script():
    facts = Facts(Level.L3, Window.OPEN, True, False, False, True, False, TROUBLE[1])

    assert decide(facts) == (Action.ALERT, HINDERED + TROUBLE[1])


def test_trouble_on_this_machine_changes_nothing_where_nothing_would_be_fired():
    for facts in TABLE:
        calm = decide(with_flip(facts, hindrance=""))
        if calm[0] is not Action.FIRE and calm[1] != NO_SCRIPT:
            assert decide(facts) == calm
