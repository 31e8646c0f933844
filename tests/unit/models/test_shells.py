import pytest

from nab.models import shells
from nab.models.conversations import Form
from nab.models.shells import Offer

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def offer(name, required=(), **properties):
    return Offer(name, {"type": "object", "properties": properties, "required": list(required)})


@pytest.mark.parametrize(
    ("offered", "argument"),
    [
        (offer("bash", command=TEXT, timeout=NUMBER), "command"),
        (offer("do", cmd=TEXT), "cmd"),
        (offer("anything", script={"type": ["string", "null"]}), "script"),
        (offer("Execute", command={"type": "STRING"}), "command"),
        (offer("run_terminal", input=TEXT), "input"),
    ],
)
def test_whatever_takes_a_command_as_a_text_is_a_shell(offered, argument):
    found = shells.find([offer("read", path=TEXT), offered])

    assert (found.name, found.form, found.asked("ls")) == (offered.name, Form.ANY, {argument: "ls"})


def test_one_that_is_called_a_shell_is_taken_first():
    assert shells.find([offer("note", command=TEXT), offer("bash", command=TEXT)]).name == "bash"


def test_what_else_it_must_be_told_is_the_plainest_that_fits():
    found = shells.find(
        [offer("bash", ["command", "why", "timeout"], command=TEXT, why=TEXT, timeout=NUMBER, x=TEXT)]
    )

    assert found.asked("ls") == {"why": "ok", "timeout": 1, "command": "ls"}


@pytest.mark.parametrize(
    "offered",
    [
        offer("read", path=TEXT),
        offer("bash", command={"type": "array"}),
        offer("bash", a=TEXT, b=TEXT),
        offer("", command=TEXT),
        Offer("bash", {"properties": 5, "required": 5}),
        Offer("bash", {"properties": {"command": 5}}),
    ],
)
def test_no_other_tool_is_one(offered):
    assert shells.find([offered]) is None
