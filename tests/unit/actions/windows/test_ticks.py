"""The loop of ticks for a local tournament."""

import pytest

from nab.actions.windows import ticks
from nab.core.errors import NabError
from nab.edges import clock, process
from nab.edges.process import Ended
from support.repository.benches import bench_on


def test_every_look_is_all_three_scripts_and_only_what_is_new_is_told(tmp_path, monkeypatch, capsys):
    bench, started, pauses = bench_on(tmp_path), [], []
    said = iter(["window open", "", "0 new values", "window open", "", "3 new values"])

    def run(*argv, check):
        started.append(argv[1].rsplit("/", 1)[1])
        return Ended(argv, 75 if len(started) == 2 else 0, next(said), "another one is at it")

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(process, "run", run)
    monkeypatch.setattr(clock, "pause", pause)
    with pytest.raises(KeyboardInterrupt):
        ticks.loop(bench, 7)

    assert started == [*ticks.SCRIPTS, *ticks.SCRIPTS]
    assert pauses == [7, 7]
    told = capsys.readouterr()
    assert [line.split("  ", 1)[1] for line in told.out.splitlines()] == [
        "window open",
        "0 new values",
        "3 new values",
    ]
    assert "another one" not in told.err


def test_what_went_wrong_is_told_and_the_loop_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(process, "run", lambda *argv, check: Ended(argv, 1, "", "nab: no tournament"))

    assert ticks.look(bench_on(tmp_path)) == []
    assert capsys.readouterr().err.count("nab: no tournament") == 3


def test_the_live_numerai_has_timers_and_no_loop(tmp_path):
    with pytest.raises(NabError, match="for a local tournament"):
        ticks.loop(bench_on(tmp_path, '[tournament]\nkind = "live"\n'), 1)
