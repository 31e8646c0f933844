import io

import pytest

from nab.edges import clock
from nab.edges.host import progress
from nab.edges.host.progress import Step


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


def test_on_a_terminal_the_line_is_alive_and_cleared(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    monkeypatch.setattr(progress, "TERMINAL_EVERY", 0.02)
    with progress.step("pulling"):
        clock.pause(0.2)

    assert terminal.getvalue().count("\r\x1b[K") > 2
    assert terminal.getvalue().endswith("s)\n")


def test_a_step_that_fails_says_so_and_lets_the_error_pass(capsys):
    with pytest.raises(ValueError, match="no"), progress.step("pulling"):
        raise ValueError("no")

    assert "pulling: failed" in capsys.readouterr().err


def test_a_line_is_never_wider_than_the_terminal():
    current = Step("building")
    current.at("x" * 500)

    assert len(progress.living_line([current], "|", 80)) < 80
    assert len(progress.living_line([current] * 40, "|", 80)) < 80


def test_steps_side_by_side_share_the_living_line():
    base, proxy = Step("building nab/base"), Step("building nab/proxy")
    base.took, proxy.took = 12.0, 3.0
    base.at("Setting up git")

    assert (
        progress.living_line([base, proxy], "|", 80) == "| building nab/base 12 s, building nab/proxy 3.0 s"
    )
    assert progress.living_line([base], "|", 80) == "| building nab/base 12 s  Setting up git"


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
