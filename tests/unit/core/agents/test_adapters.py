import pytest

from nab import agents
from nab.core.agents import adapters
from nab.core.agents.adapters import Start
from nab.core.errors import NabError
from support.records.recorded import CODING, REPOSITORY

GOOD = """
description = "An agent"
parent = "node"
[install]
package = "@x/y"
version = "1.2.3"
[cli]
provider = "openai"
model = "m-1"
first = ["x", "--model", "{model}", "{prompt}"]
resume = ["x", "--model", "{model}", "--resume", "{session}", "{prompt}"]
output = "codex"
transcripts = [".x/*.jsonl"]
[[cli.auth]]
field = "api_key"
variables = ["X_KEY"]
[[cli.errors]]
class = "auth"
pattern = '\\b401\\b'
"""


def read(tmp_path, text):
    folder = tmp_path / "agents" / "new"
    folder.mkdir(parents=True)
    (folder / "agent.toml").write_text(text, encoding="utf-8")
    (tmp_path / "providers").symlink_to(REPOSITORY / "images" / "providers")
    return agents.agents(tmp_path)[0]


def test_words_are_filled_and_what_was_filled_in_is_not_looked_at_again(tmp_path):
    cli = read(tmp_path, GOOD).cli
    start = Start(prompt="do {this} $(now) {{model}}", model="m-2", session="s-1")

    assert adapters.first(cli, start) == ["x", "--model", "m-2", "do {this} $(now) {{model}}"]
    assert adapters.resume(cli, start)[3:] == ["--resume", "s-1", "do {this} $(now) {{model}}"]
    assert not adapters.needs_session(cli.first)
    assert adapters.needs_session(cli.resume)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"{prompt}"]\nresume', '"go"]\nresume', "first has no {prompt}"),
        ('"--model", "{model}", "--resume"', '"--resume"', "resume has no {model}"),
        ("{session}", "{sesion}", "{sesion} is not a placeholder"),
        ("{session}", "{session", "is no template"),
        (
            '[[cli.auth]]\nfield = "api_key"\nvariables = ["X_KEY"]\n',
            "",
            "cli.auth is missing: OpenAI wants a key",
        ),
        ('field = "api_key"', 'field = "cookie"', "OpenAI's key has no cookie"),
        ("transcripts", 'calls = ["POST /v1/files"]\ntranscripts', "more than OpenAI's key is for"),
        ("transcripts", 'calls = ["POST /v1/responses?a=b"]\ntranscripts', "more than OpenAI's key is for"),
        ("transcripts", 'calls = ["/v1/responses"]\ntranscripts', "is no call"),
        ('output = "codex"', 'output = "cobol"', "cli.output"),
        ('class = "auth"', 'class = "sad"', "cli.errors"),
        ('class = "auth"', 'class = "done"', "no text says"),
        ("'\\\\b401\\\\b'".replace("\\\\", "\\"), "'(401'", "no regular expression"),
        ('".x/*.jsonl"', '"/etc/*.jsonl"', "not relative"),
        ('".x/*.jsonl"', '".x/../../y"', "not relative"),
        ('"X_KEY"', '"x key"', "cli.auth"),
        ('version = "1.2.3"', 'version = "latest"', "install.version"),
        ('version = "1.2.3"', "", "a package of npm has a package and a version"),
        ('version = "1.2.3"', 'version = "1.2.3"\nkind = "apt"', "kind: 'apt' is none of npm, pip, copied"),
        ('version = "1.2.3"', 'version = "1.2.3"\nkind = "copied"', "their hash is on record"),
        ("[cli]", "colour = 1\n[cli]", "colour"),
        ('parent = "node"', 'parent = "node"\ncommand = ["x"]', "either a command or a table cli"),
    ],
)
def test_every_mistake_is_one_sentence_with_its_place(tmp_path, old, new, complaint):
    assert old in GOOD

    with pytest.raises(NabError) as raised:
        read(tmp_path, GOOD.replace(old, new, 1))

    assert complaint in raised.value.message
    assert "new/agent.toml" in raised.value.message
    assert "\n" not in raised.value.message
    assert "$." not in raised.value.message


def test_the_three_agents_pin_what_they_run():
    assert set(CODING) == {"claude", "codex", "gemini"}
    for spec in CODING.values():
        assert spec.parent == "node"
        assert spec.install is not None
        assert {
            "usage_limit",
            "rate_limit",
            "auth",
            "overload",
            "network",
            "context_overflow",
            "refusal",
        } <= {error.kind for error in spec.cli.errors}


def test_no_file_of_an_agent_names_a_registry():
    folders = [REPOSITORY / "images" / "node", *(spec.folder for spec in CODING.values())]

    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        assert b"npmjs" not in file.read_bytes(), file
