"""The whole round trip in minutes: the very scripts an operator's machine runs, against the local tournament."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from nab import agents
from nab.actions.bench import Bench
from nab.actions.boxes import images, proxy
from nab.actions.demo import leftovers, servers
from nab.actions.disks import run_disks
from nab.config import Config, Entrant, load
from nab.core.errors import FAILED, NabError
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Standings
from nab.core.scores.metrics import DECIDING
from nab.core.text import terminal
from nab.edges import clock, process
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.edges.host import speech
from nab.edges.host.progress import spelt

SETTINGS = Path(__file__).with_name("demo.toml")
PACE = ("--size", "demo", "--rounds-every", "24", "--window", "20", "--scoring-day", "1.2")
LOOK_SECONDS = 2.0
PATIENCE_SECONDS = 600.0


def demo_config(config: Config) -> Config:
    """Return the demo's own settings; its state lies in a folder of its own, so that no real log is touched."""
    return load(SETTINGS, config.paths.root / "demo")


def demo(config: Config, rounds: int, agent: str = "") -> None:
    """Run the demo until `rounds` rounds have their last score, print a table, write a page, leave nothing running."""
    if rounds < 1:
        raise NabError(f"--rounds {rounds} is too few", hint="1 or more")
    bench = Bench(demo_config(config), "demo")
    chosen = taking_part(bench.config, agent)
    needed = dict.fromkeys(one.agent for one in chosen)
    images.ensure(config, [agents.find(config.images, name) for name in needed])
    began = clock.monotonic()
    with locks.held(bench.paths.lock("demo"), what="the demo"), undisturbed(bench):
        start_afresh(bench)
        with servers.tournament(bench, *PACE), servers.models(bench) if agent else nullcontext():
            for entrant in chosen:
                say(
                    began,
                    f"{entrant.name} gets a box, a model and a day: make run {entrant.choice.words}",
                )
                run(bench, "launch.py", "--entrant", entrant.name)
            say(
                began,
                f"the windows: scripts/watch_window.py, reconcile.py and fetch_scores.py, until {rounds} resolve",
            )
            watch_until(bench, rounds, began)
        say(began, "the log is checked and every derived file made again: make verify")
        run(bench, "verify.py")
        say(began, "the results, and a page about them: make results, make site")
        run(bench, "results.py")
        run(bench, "build_site.py")
    say(began, "done; nothing is left running. What was recorded lies in " + str(bench.paths.root))


def taking_part(config: Config, agent: str) -> list[Entrant]:
    """Return who takes part: the two controls, or the one coding agent that was named."""
    known = {spec.name: spec for spec in agents.agents(config.images)}
    coding = [one for one in config.settings.entrants if known[one.agent].cli]
    if not agent:
        return [one for one in config.settings.entrants if one not in coding]
    chosen = [one for one in coding if one.agent == agent]
    if not chosen:
        names = ", ".join(one.agent for one in coding)
        raise NabError(
            f"no coding agent {agent!r} in the demo", hint=f"one of {names}, or none for the controls"
        )
    return chosen


def say(began: float, what: str) -> None:
    """Head the next step with the time so far."""
    line = f"[{spelt(clock.monotonic() - began)}] {terminal.one_line(what)}"
    speech.lay(f"\n{click.style(line, bold=True) if sys.stdout.isatty() else line}\n", sys.stdout)


def run(bench: Bench, script: str, *options: str) -> None:
    """Run one of our scripts in view. Raises NabError when it fails."""
    if process.show(*bench.program(script, *options)) != 0:
        raise NabError(f"{script} failed", hint=f"look above, and in {bench.paths.root}", exit_code=FAILED)


def start_afresh(bench: Bench) -> None:
    """Remove what an earlier demo left: its boxes, log, records and rounds; its dataset is used again."""
    if bench.find_boxes():  # it was killed: end in order what still runs before its log goes
        process.run(*bench.program("stop.py"), check=False)
        remove_boxes(bench)
    run_disks.detach_all(bench)
    leftovers.remove(bench.paths)


def remove_boxes(bench: Bench) -> None:
    """Remove every box and network of the demo, and let go of its disks."""
    for run_name in {box.run for box in bench.find_boxes()}:
        proxy.down(bench, run_name)
    for box in bench.find_boxes():
        boxes.remove(bench.engine, box.id)
    run_disks.detach_all(bench)


@contextmanager
def undisturbed(bench: Bench) -> Iterator[None]:
    """Whatever ends the demo, leave nothing running: Ctrl-C and TERM included."""

    def terminate(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        process.run(*bench.program("stop.py"), check=False)
        remove_boxes(bench)


def watch_until(bench: Bench, rounds: int, began: float) -> None:
    """Do what the operator's timers do, only more often, until enough rounds are resolved."""
    told: set[str] = set()
    patience = clock.Patience(PATIENCE_SECONDS, lambda: len(told))
    while not patience.lost:
        for script in ("watch_window.py", "reconcile.py", "fetch_scores.py"):
            done = process.run(*bench.program(script), check=False)
            if done.exit_code not in {0, 75}:
                click.echo(done.stderr.strip(), err=True)
        standings = bench.standings()
        for line in news(standings):
            if line not in told:
                click.echo(f"  [{spelt(clock.monotonic() - began)}] {line}")
                told.add(line)
        if resolved(standings) >= rounds:
            return
        clock.pause(LOOK_SECONDS)
    said = f"{rounds} rounds did not resolve: nothing new for {PATIENCE_SECONDS / 60:.0f} minutes"
    raise NabError(said, hint=f"the tournament's log is in {bench.paths.root}", exit_code=FAILED)


def news(standings: Standings) -> list[str]:
    """Say what is worth a line: outcomes as they settle, and final scores."""
    lines = []
    for row in standings.rows:
        if row.outcome.settled:
            lines.append(f"round {row.round.number} {row.entrant}: {row.words}")
        if row.resolved:
            final = ", ".join(f"{one.title} {row.scores[one.name].value:+.4f}" for one in DECIDING)
            lines.append(f"round {row.round.number} {row.entrant}: final {final}")
    return lines


def resolved(standings: Standings) -> int:
    """Count the rounds that every enrolled entrant submitted to and that have their last 20-day score."""
    good = [
        row.round.number for row in standings.rows if row.resolved and row.outcome.status is Status.VERIFIED
    ]
    return sum(good.count(number) == len(standings.enrolments) for number in set(good))
