import io
import re

import pytest

from nab.edges import clock
from nab.edges.host import progress


def test_away_from_a_terminal_a_step_is_one_plain_line(capsys):
    with progress.step("building nab/base") as building:
        building.ends("built")

    said = capsys.readouterr().err

    assert said.startswith("building nab/base: built (")
    assert said.count("\n") == 1
    assert "\x1b" not in said


def test_a_long_step_speaks_up_from_time_to_time(capsys, monkeypatch):
    monkeypatch.setattr(progress, "PLAIN_EVERY", 0.02)
    with progress.step("pulling") as pulling:
        pulling.at("layer  3\n of 5")
        clock.pause(0.2)

    assert "so far, layer 3 of 5" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    for name, value in (("TERM", "xterm-256color"), ("COLUMNS", "80"), ("LINES", "24"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(progress, "BOARD", progress.Board())
    made = Terminal()
    # To be called in the test: pytest has a stream of its own for it.
    made.takes_over = lambda: monkeypatch.setattr("sys.stderr", made)
    return made


def rows(terminal):
    return [
        re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", row).strip() for row in re.split("[\r\n]+", terminal.getvalue())
    ]


def test_on_a_terminal_a_step_has_a_living_line_that_is_gone_at_its_end(terminal):
    terminal.takes_over()
    with progress.step("pulling") as pulling:
        pulling.at("layer 3 \x1b[2J" + "x" * 500)
        progress.BOARD.live.refresh()

    assert any("layer 3 \\x1b[2Jxxx" in row and len(row) <= 80 for row in rows(terminal))
    assert "\x1b[2J" not in terminal.getvalue()
    assert rows(terminal)[-2].startswith("pulling: done (")
    assert progress.BOARD.live is None


def test_there_is_a_bar_where_it_is_known_how_much_there_is_to_do(terminal):
    terminal.takes_over()
    with progress.step("copying") as copying:
        progress.BOARD.live.refresh()
        assert "━" not in terminal.getvalue()
        copying.of(50, 100, "0.5 of 1.0 GiB")
        progress.BOARD.live.refresh()

    assert any(
        row.count("━") == 12 and "copying" in row and "0.5 of 1.0 GiB" in row for row in rows(terminal)
    )


def test_steps_side_by_side_have_a_line_each(terminal):
    terminal.takes_over()
    with progress.step("building nab/base"), progress.step("building nab/proxy"):
        progress.BOARD.live.refresh()
        assert [row for row in rows(terminal) if "nab/base" in row]
        assert [row for row in rows(terminal) if "nab/proxy" in row]
        assert not [row for row in rows(terminal) if "nab/base" in row and "nab/proxy" in row]


def test_what_is_said_beside_a_living_line_has_a_line_of_its_own(terminal):
    terminal.takes_over()
    with progress.step("pulling"):
        progress.say("something else")

    assert "something else" in rows(terminal)


def test_a_step_that_fails_says_so_and_lets_the_error_pass(capsys):
    with pytest.raises(ValueError, match="no"), progress.step("pulling"):
        raise ValueError("no")

    assert "pulling: failed" in capsys.readouterr().err


def test_what_every_step_took_is_kept_in_the_order_in_which_they_began(monkeypatch):
    monkeypatch.setattr(progress, "BOARD", progress.Board())
    with progress.step("outer"), progress.timed("inner"):
        pass
    progress.passed("before all", clock.monotonic() - 45)

    before, outer, inner = progress.steps_over()
    assert [before.what, outer.what, inner.what] == ["before all", "outer", "inner"]
    assert 45 <= before.seconds == before.seconds < 50


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (12.4, "12 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s")]
)
def test_a_duration_is_spelt_for_people(seconds, text):
    assert progress.spelt(seconds) == text
