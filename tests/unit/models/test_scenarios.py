"""What the scripted models do: functions of the conversation so far."""

import ast
import re
import subprocess
from datetime import UTC, datetime

import pytest

from nab.core.errors import NabError
from nab.models import scenarios, work
from nab.models.conversations import Conversation, Tool
from nab.models.turns import Ending, Played, Refused, Shell, Trouble, Wait

NOW = datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)
SUBSTITUTION = re.compile(r"\$\(|`|<\(|>\(")


def talk(step=0, running=""):
    return Conversation("m", "s", None, 1, step, running, Tool("Bash"), True, 4000)


def play(described, step=0, failed=0, running=""):
    return scenarios.play(described, talk(step, running), failed, NOW)


def commands(described):
    turns = [play(described, step).turn for step in range(10)]
    return [call.command for turn in turns for call in turn.calls if isinstance(call, Shell)]


def test_submit_works_step_by_step_and_then_says_that_it_is_done():
    turns = [play("submit", step).turn for step in range(7)]

    assert [len(turn.calls) for turn in turns] == [1, 1, 1, 1, 1, 0, 0]
    assert "submit.sh" in turns[-1].text


def test_the_same_conversation_has_the_same_next_turn():
    assert play("submit", 3) == play("submit", 3)


@pytest.mark.parametrize("name", scenarios.SCENARIOS)
def test_no_command_substitutes_one_agent_refuses_that(name):
    for command in (
        commands(f"{name}:times=0") if "times" in scenarios.SCENARIOS[name].usual else commands(name)
    ):
        assert not SUBSTITUTION.search(command), command


@pytest.mark.parametrize(
    "command",
    [
        command
        for name in ("submit", "basic", "studies", "submits-on", "out-of-memory")
        for command in commands(name)
    ],
)
def test_every_command_is_good_shell(command):
    assert (
        subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.parametrize("name", ["research.py", "predict.py", "study.py", "predict_linear.py"])
def test_every_script_is_good_python(name):
    assert ast.get_docstring(ast.parse(work.text(name)))


def test_a_call_that_runs_on_is_waited_for():
    assert play("submit", 2, running="7").turn.calls == (Wait("7"),)


def test_trouble_ends_after_so_many_times_and_the_work_goes_on():
    said = [play("rate-limit:times=2,retry_after=7,then=basic", failed=failed) for failed in range(3)]

    assert said[:2] == [Refused(Trouble.RATE_LIMIT, retry_after=7)] * 2
    assert said[2] == play("basic")


def test_trouble_can_begin_at_a_later_step():
    assert isinstance(play("overload:step=2", 1), Played)
    assert isinstance(play("overload:step=2", 2), Refused)


def test_a_usage_limit_names_a_full_minute():
    assert play("usage-limit:minutes=134") == Refused(
        Trouble.USAGE_LIMIT, resets=datetime(2026, 5, 16, 15, 16, tzinfo=UTC)
    )


def test_a_stream_is_cut_once_in_the_second_turn():
    assert play("stream-cut:then=basic", 0).manner.cut_after is None
    assert play("stream-cut:then=basic", 1).manner.cut_after == 0.5
    assert play("stream-cut:then=basic", 1, failed=1) == play("basic", 1)


def test_slow_and_silent_models_do_the_same_work():
    assert play("slow:seconds=9,then=basic", 1).manner.seconds == 9
    assert play("silent:seconds=9,then=basic", 1).manner.silent == 9
    assert play("slow:then=basic", 1).turn == play("basic", 1).turn


def test_a_model_may_refuse_say_nothing_or_stop_early():
    assert play("refusal").turn.ending is Ending.REFUSAL
    assert (play("empty-turn").turn.text, play("empty-turn").turn.calls) == ("", ())
    assert play("stops-early").turn.calls == ()


def test_nothing_takes_memory_where_no_limit_would_stop_it():
    assert "no memory limit here" in commands("out-of-memory")[0]


@pytest.mark.parametrize(
    "described", ["nonsense", "basic:times=1", "rate-limit:times=x", "slow:then=nonsense"]
)
def test_a_mistake_in_a_scenario_is_one_sentence(described):
    with pytest.raises(NabError) as raised:
        scenarios.parse(described)
    assert raised.value.hint
