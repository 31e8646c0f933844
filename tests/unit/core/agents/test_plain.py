from nab.actions.transcripts.rendering import Whole
from nab.core.agents import readers
from nab.core.agents.events import AgentEnding, Message
from nab.core.agents.lines import events
from nab.core.agents.plain import MOST_LINES


def said(text, output="plain"):
    """Return the messages that a text comes to, as a person is shown them."""
    found = events(readers.of_output(output), text.encode().split(b"\n"))
    return [one.text if isinstance(one, Message) else one for one in Whole().all(found)]


def test_what_stands_together_is_one_message_as_it_was_printed():
    program = "def fetch(api, name):\n    file = Path(name)\n\n    return file"

    assert said(f"I write this:\n{program}\n\nAnd run it.") == [f"I write this:\n{program}", "And run it."]


def test_inside_a_fence_empty_lines_end_nothing():
    block = "```python\nimport os\n\n\nx = 1\n```"

    assert said(f"{block}\n\nDone.") == [block, "Done."]


def test_the_last_word_is_no_message_and_ends_one():
    (first, ending, second) = said("hello\nNAB:DONE\n  more")

    assert (first, second) == ("hello", "  more")
    assert isinstance(ending, AgentEnding)
    assert ending.success


def test_a_message_that_never_ends_is_cut():
    assert [one.count("\n") for one in said("x\n" * (MOST_LINES + 1))] == [MOST_LINES - 1, 0]


def test_a_line_keeps_its_place():
    found = list(events(readers.of_output("plain", "stdout"), [b"a", b"", b"b"]))

    assert [(one.line, one.source, one.part) for one in found] == [(1, "stdout", False), (3, "stdout", False)]
