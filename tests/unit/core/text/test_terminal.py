import json

import pytest

from nab.core.text import tables, terminal

HOSTILE = {
    "an escape sequence": "\x1b[2J\x1b]0;title\x07",
    "a control sequence of one byte": "\x9b2J",
    "a backspace": "miss\b\b\b\bwell",
    "a carriage return": "failed\rfinished",
    "a form feed": "a\x0cb",
    "writing from right to left": "\u202eevil\u2066",
    "what cannot be seen": "a\u200bb\ufeffc\u00adc",
    "half a character": "\ud83d",
    "a tag": "\U000e0041",
    "rubbed out": "a\x7f",
}
EACH = pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))


@EACH
def test_nothing_that_could_drive_a_terminal_is_left_of_a_text(text):
    for made in (terminal.safe(text), terminal.one_line(text), tables.table(("a",), [(text,)])):
        assert terminal.UNSAFE.search(made) is None
        assert "\r" not in made


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"])
def test_what_is_to_be_a_line_is_one(ends):
    made = terminal.one_line(f"it waits{ends}nab: all is well")

    assert len(made.splitlines()) == 1
    assert made.startswith("it waits")
    assert len(tables.table(("what",), [(f"a{ends}b",)]).splitlines()) == 2


@EACH
def test_json_for_programs_says_the_same_and_drives_no_terminal(text):
    made = terminal.safe_json(json.dumps({text: [text]}, ensure_ascii=False, indent=2))

    assert json.loads(made) == {text: [text]}
    assert terminal.UNSAFE.search(made) is None
