"""The reasoning effort, wherever a program is told of it."""

import pytest

from nab.core.agents.efforts import effort


@pytest.mark.parametrize(
    ("words", "environment", "home", "expected"),
    [
        (["claude", "-p", "--effort", "high", "{prompt}"], {}, [], "high"),
        (["codex", "exec", "-c", 'model_reasoning_effort="xhigh"'], {}, [], "xhigh"),
        (["claude"], {"CLAUDE_CODE_EFFORT_LEVEL": "max"}, [], "max"),
        (["claude"], {"MAX_THINKING_TOKENS": "31999"}, [], "31999"),
        (["codex"], {}, ['model = "x"\nmodel_reasoning_effort = "low"\n'], "low"),
        (["gemini"], {}, ["{}", '{"thinkingConfig": {"thinkingLevel": "HIGH"}}'], "HIGH"),
        (["claude"], {}, ['{"effortLevel": "medium"}'], "medium"),
        (["codex", "--effort=low"], {}, ['model_reasoning_effort = "high"'], "low"),
        (["codex", "{prompt}"], {"DISABLE_AUTOUPDATER": "1"}, ["[features]\nplugins = false"], ""),
    ],
)
def test_arguments_count_before_the_environment_and_that_before_its_home(words, environment, home, expected):
    assert effort(words, environment, home) == expected
