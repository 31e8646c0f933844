from datetime import timedelta

import pytest

from nab.core.facts import Cause
from nab.core.recording.engine_events import EngineEvent
from nab.core.runs.ending.responsibility import (
    ENGINE,
    GOING_DOWN,
    GONE,
    REBOOTED,
    STARVED,
    Traces,
    held_up,
    whose,
)
from support.records.logs import NOON


def event(what, seconds=0.0, signal="", code=None):
    """Make an event of the engine so many seconds after noon."""
    at = (NOON + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    return EngineEvent(time=at, box="c1", what=what, signal=signal, exit_code=code)


def die(code, seconds=1.0):
    return event("die", seconds, code=code)


@pytest.mark.parametrize(
    ("events", "code", "words"),
    [
        pytest.param([event("kill", signal="9"), die(137)], 137, "docker kill (SIGKILL)", id="kill"),
        pytest.param([event("kill", signal="15"), die(143)], 143, "docker kill (SIGTERM)", id="kill TERM"),
        pytest.param([event("kill", signal="SIGINT"), die(130)], 130, "docker kill (SIGINT)", id="a name"),
        pytest.param([event("kill", signal="15"), die(0)], 0, "docker kill (SIGTERM)", id="it heeded TERM"),
        pytest.param([event("kill", signal="37"), die(165)], 165, "docker kill (37)", id="real time"),
        pytest.param(
            [event("kill", signal="15"), event("kill", 10, "9"), die(137, 11), event("stop", 12)],
            137, "docker stop (SIGKILL)", id="stop",
        ),
        pytest.param(
            [event("kill", signal="15"), die(0, 1800), event("stop", 1801)],
            0, "docker stop (SIGTERM)", id="a patient stop",
        ),
        pytest.param(
            [event("kill", signal="15"), die(143), event("stop", 2), event("restart", 3)],
            143, "docker restart (SIGTERM)", id="restart",
        ),
        pytest.param(
            [event("kill", signal="9"), die(137), event("destroy", 2)],
            137, "docker rm -f (SIGKILL)", id="remove",
        ),
        pytest.param(
            [event("oom", -9), event("kill", signal="9"), die(137)],
            137, "docker kill (SIGKILL)", id="after a lack of memory",
        ),
    ],
)  # fmt: skip
def test_what_was_asked_of_the_engine_was_asked_outside(events, code, words):
    doing = whose(Traces(code, oom_kills=1, events=events))

    assert doing.cause is Cause.HARNESS
    assert doing.words.startswith(f"{words} from outside at ") and doing.words.endswith(" UTC")


@pytest.mark.parametrize(
    ("events", "code"),
    [
        pytest.param([die(137)], 137, id="what ran in it killed itself"),
        pytest.param([die(143)], 143, id="it ended itself by TERM"),
        pytest.param([die(1)], 1, id="it failed"),
        pytest.param([die(1), event("destroy", 60)], 1, id="removed afterwards"),
        pytest.param([event("kill", signal="28"), die(1)], 1, id="told of a window's size"),
        pytest.param([event("kill", signal="15"), die(1, 3600)], 1, id="it had not heeded TERM for an hour"),
        pytest.param([event("pause", -9), event("unpause", -5), die(1)], 1, id="it had been paused"),
        pytest.param([], 0, id="nobody heard it, and it ended well"),
    ],
)
def test_an_end_without_a_request_came_from_within(events, code):
    doing = whose(Traces(code, events=events))

    assert (doing.cause, doing.words) == (Cause.AGENT, f"its box ended with exit code {code}")


@pytest.mark.parametrize("anew", [REBOOTED, ENGINE])
@pytest.mark.parametrize("code", [143, 255, 137, None])
def test_a_machine_or_an_engine_that_was_started_anew_took_the_box(anew, code):
    doing = whose(Traces(code, anew=anew, events=[die(code)] if code else []))

    assert (doing.cause, doing.words) == (Cause.HARNESS, anew)


def test_what_ends_while_the_machine_goes_down_ends_because_of_that():
    assert whose(Traces(143, events=[die(143)], going_down=True)).words == GOING_DOWN
    assert whose(Traces(0, events=[die(0)], going_down=True)).cause is Cause.AGENT


@pytest.mark.parametrize(
    ("known", "cause", "words"),
    [
        pytest.param(Traces(137, 2, [die(137)]), Cause.AGENT, "2 kills for lack of memory", id="its own limit"),
        pytest.param(Traces(137, 2), Cause.AGENT, "2 kills for lack of memory", id="and nobody heard the end"),
        pytest.param(Traces(137, None, [event("oom"), die(137)]), Cause.AGENT, "137", id="the engine's word alone"),
        pytest.param(Traces(137, 2, [die(137)], starved=True), Cause.HARNESS, STARVED, id="the machine's"),
        pytest.param(Traces(1, 2, [die(1)], starved=True), Cause.AGENT, "exit code 1", id="long before its end"),
        pytest.param(
            Traces(137, 2, [event("update", -60), die(137)]), Cause.HARNESS, "docker update", id="less was given",
        ),
        pytest.param(
            Traces(1, 0, [event("update", -60), die(1)]), Cause.AGENT, "exit code 1", id="less, and no lack",
        ),
    ],
)  # fmt: skip
def test_lack_of_memory_is_of_whom_the_memory_was(known, cause, words):
    doing = whose(known)

    assert doing.cause is cause
    assert words in doing.words


@pytest.mark.parametrize("code", [137, 143, 255, 1])
def test_where_nothing_tells_nobody_is_named(code):
    doing = whose(Traces(code))

    assert doing.cause is Cause.UNKNOWN
    assert doing.words == f"its box ended with exit code {code}, and the engine no longer tells why"


def test_a_box_that_is_gone_was_removed_outside():
    doing = whose(Traces(None, gone=True))

    assert (doing.cause, doing.words) == (Cause.HARNESS, GONE)


def test_a_pause_that_nobody_of_ours_asks_for_is_named():
    assert held_up([event("pause", 64), event("unpause", 70)]).startswith("docker pause from outside at ")
    assert held_up([event("unpause", 70)]) == ""
