from pathlib import Path

import pytest

from nab import agents
from nab.core.errors import NabError

IMAGES = Path(__file__).resolve().parents[4] / "images"
GOOD = 'description = "An agent"\ncommand = ["agent", "--go"]\n'


def add(tmp_path, name, text):
    folder = tmp_path / "agents" / name
    folder.mkdir(parents=True)
    (folder / "agent.toml").write_text(text, encoding="utf-8")


def test_adding_an_agent_is_adding_a_folder(tmp_path):
    add(tmp_path, "newcomer", GOOD)
    add(tmp_path, "another", GOOD + 'parent = "control"\nllm = false\n')

    another, newcomer = agents.agents(tmp_path)

    assert (newcomer.name, newcomer.image, newcomer.parent, newcomer.llm) == (
        "newcomer",
        "nab/agent-newcomer",
        "base",
        True,
    )
    assert (another.command, another.parent, another.llm) == (("agent", "--go"), "control", False)


def test_the_agents_of_this_repository_are_complete():
    found = {spec.name: spec for spec in agents.agents(IMAGES)}

    controls = {name: spec for name, spec in found.items() if spec.cli is None}
    assert set(controls) == {"baseline", "example", "random"}
    assert not any(spec.llm for spec in controls.values())
    assert all((spec.folder / "Dockerfile").exists() for spec in found.values())
    assert {name for name, spec in found.items() if spec.reads_seed} == {"baseline", "random"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('description = "x"\n', "command"),
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD + 'parent = "elsewhere"\n', "parent"),
        ('description = "x"\ncommand = []\n', "command"),
        ("command = [", "TOML"),
    ],
    ids=["no command", "unknown key", "unknown parent", "empty command", "no TOML"],
)
def test_a_mistake_is_named_with_its_file(tmp_path, text, where):
    add(tmp_path, "wrong", text)

    with pytest.raises(NabError, match=where) as raised:
        agents.agents(tmp_path)

    assert "wrong/agent.toml" in raised.value.message


def test_a_folder_that_is_no_name_is_refused(tmp_path):
    add(tmp_path, "Not-A-Name", GOOD)

    with pytest.raises(NabError, match="not a valid name for an agent"):
        agents.agents(tmp_path)


def test_an_unknown_agent_is_answered_with_the_known_ones(tmp_path):
    add(tmp_path, "known", GOOD)

    with pytest.raises(NabError) as raised:
        agents.find(tmp_path, "unknown")

    assert "known" in raised.value.hint


@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        ('parent = "python"\n', "choices: base, control, node"),
        ("llm = 3\n", "docs/adding-an-agent.md lists every key"),
    ],
)
def test_a_word_that_is_none_of_the_choices_is_refused_with_them(tmp_path, mistake, hint):
    add(tmp_path, "newcomer", GOOD + mistake)

    with pytest.raises(NabError) as raised:
        agents.agents(tmp_path)

    assert raised.value.hint is not None and raised.value.hint.startswith(hint)
