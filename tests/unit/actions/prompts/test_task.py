import pytest

from nab.actions.prompts import task
from nab.core.errors import NabError
from nab.core.text.names import Choice
from support.repository.benches import config_on

ENTRANTS = """
[limits]
active_hours = 1
[[entrants]]
agent = "codex"
level = "L3"
model = "mine"
"""


def test_the_prompt_is_that_of_the_entrant(tmp_path):
    asked = task.prompt(config_on(tmp_path, ENTRANTS), Choice("codex", "L3"))

    assert "with the model mine" in asked.text
    assert "You have 1 hour of working time" in asked.text
    assert len(asked.sha256) == 64


def test_an_agent_that_is_no_entrant_yet_is_asked_with_a_model_named_after_it(tmp_path):
    asked = task.prompt(config_on(tmp_path, ENTRANTS), Choice("codex", "L4"))

    assert "with the model nab_codex_l4" in asked.text


def test_a_replica_is_asked_with_a_model_of_its_own(tmp_path):
    asked = task.prompt(config_on(tmp_path, ENTRANTS), Choice("codex", "L3", "b"))

    assert "with the model nab_codex_l3_b" in asked.text


@pytest.mark.parametrize(
    ("agent", "level", "complaint"),
    [
        ("cobol", "L3", "no agent cobol"),
        ("codex", "L9", "no level 'L9'"),
        ("codex", "", "no LEVEL given"),
        ("baseline", "L3", "gets no prompt"),
    ],
)
def test_what_has_no_prompt_is_said_in_a_sentence(tmp_path, agent, level, complaint):
    with pytest.raises(NabError, match=complaint) as raised:
        task.prompt(config_on(tmp_path, ENTRANTS), Choice(agent, level))

    assert raised.value.hint
