"""Two weeks of rounds, six entrants, and faults drawn by seed in every window: at the end, only what was so is said."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from nab.chaos import oracle
from nab.core.levels import Level
from nab.edges.failpoints import VARIABLE, Failpoint
from nab.edges.numerai import api as numerai_api
from support.repository.benches import REPOSITORY

ROUNDS = int(os.environ.get("NAB_SOAK_ROUNDS", "14"))
OF_NUMERAI = (
    "html", "too-many-requests:times=0", "empty-answers:operation=", "stale-answers:seconds=900",
    "gateway-timeout:times=0,operation=", "out-of-order", "listed-late:seconds=100000",
)  # fmt: skip
OF_OURS = (
    "torn tail",
    "derived file gone",
    "checkpoint gone",
    Failpoint.DERIVED_WRITTEN,
    Failpoint.LOG_WRITTEN,
)


def harm(world, chance):
    """Do to the state what a crash does."""
    what, paths = chance.choice(OF_OURS), world.bench.paths
    if what == "torn tail":
        newest = sorted(paths.events.glob("*.jsonl"))[-1]
        with newest.open("ab") as file:
            file.write(b'{"crc":"0000'[: chance.randrange(1, 12)])
    elif what == "derived file gone":
        for path in [paths.overview, *paths.rounds.glob("*.json")][: chance.randrange(1, 3)]:
            path.unlink(missing_ok=True)
    elif what == "checkpoint gone":
        paths.checkpoint.unlink(missing_ok=True)
    else:
        words = ("scripts/watch_window.py", "--config", world.bench.config.file, "--state", paths.root)
        environment = {**os.environ, VARIABLE: str(what)}
        subprocess.run(
            [sys.executable, *words], cwd=REPOSITORY, env=environment, check=False, capture_output=True
        )


@pytest.mark.timeout(3000)
def test_after_two_weeks_of_faults_every_outcome_is_what_was_so(quiet, monkeypatch):
    quick = numerai_api.Patience(connect=1, read=0.5, budget=3, tries=2, pause=0.01)
    monkeypatch.setattr(numerai_api, "PATIENCE", quick)
    chance, truth = random.Random(21), {}
    quiet.let_our_clock_go_along(monkeypatch)
    loop = quiet.enrol("codex", Level.L4)
    others = [
        quiet.enrol("baseline", level, model="nab_baseline_l3") for level in (Level.L1, Level.L2, Level.L3)
    ]
    for _ in range(ROUNDS):
        number = quiet.to_a_fresh_round()
        quiet.tick()
        submits = chance.random() < 0.6
        if submits:
            quiet.upload(loop)
        quiet.fault(chance.choice(OF_NUMERAI))
        harm(quiet, chance)
        quiet.tick()
        quiet.past_the_grace()
        quiet.tick()
        quiet.clear()
        quiet.tick()
        truth |= {(loop, number): "verified on-time" if submits else "missed"}
        truth |= {(name, number): "missed" for name in others}
    quiet.script("reconcile.py", "--now")
    quiet.tick()

    assert oracle.complaints(quiet.bench, truth) == []
