import threading
from types import SimpleNamespace

import pytest

from nab.actions.runs import attend
from nab.core.text import terminal
from nab.edges.docker import boxes


@pytest.mark.parametrize(
    "printed",
    [b"\x1b]0;title\x07\x1b[2J\n", b"\xc2\x9b2J\n", b"one\rtwo\n", b"\xff\xe2\x80\xae\n", b"a\x0bb\n"],
)
def test_what_a_control_prints_cannot_drive_the_terminal(monkeypatch, capsys, printed):
    monkeypatch.setattr(boxes, "output", lambda *_, **__: iter([b"hel", b"lo\n", printed]))
    run = SimpleNamespace(container="c1", entrant="baseline-l3")

    attend.show_output(SimpleNamespace(engine=None), run, threading.Event())

    said = capsys.readouterr().out
    assert said.startswith("  baseline-l3 │ hello\n  baseline-l3 │ ")
    assert len(said.splitlines()) == 2
    assert terminal.UNSAFE.search(said) is None
