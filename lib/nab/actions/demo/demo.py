"""The whole round trip in minutes: the very scripts an operator's machine runs, against the local tournament."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from nab import agents
from nab.actions.bench import Bench
from nab.actions.boxes import images, prepare, proxy
from nab.actions.demo import leftovers, newcomers, rounds, servers
from nab.actions.disks import run_disks
from nab.agents import AgentSpec
from nab.config import Config, Entrant, load
from nab.core.errors import FAILED, NabError
from nab.core.text import terminal
from nab.core.text.counts import number_of
from nab.core.text.names import Choice
from nab.core.text.tables import table
from nab.edges import clock, process
from nab.edges.docker import boxes
from nab.edges.files import files, locks
from nab.edges.host import beside, progress, speech
from nab.edges.host.progress import Step, spelt

SETTINGS = Path(__file__).with_name("demo.toml")
SIZE = ("--size", "demo")
LOOKS = "scripts/watch_window.py, reconcile.py and fetch_scores.py"


def demo_config(config: Config, agent: str = "") -> Config:
    """Return the demo's own settings; its state lies in a folder of its own, so that no real log is touched.

    An agent that they do not name takes part by settings of its own, with the operator's providers.
    """
    usual = load(SETTINGS, config.paths.root / "demo")
    if not agent or agent in {one.agent for one in usual.settings.entrants}:
        return usual
    agents.find(config.images, agent)
    file = config.paths.root / "demo.toml"
    newcomer = Choice(agent, usual.settings.entrants[0].level.value)
    text = newcomers.settings(SETTINGS.read_text(encoding="utf-8"), newcomer, config.settings.providers)
    files.replace_bytes(file, text.encode())
    return load(file, usual.paths.root)


def demo(config: Config, number: int, agent: str = "", began: float | None = None) -> None:
    """Run the demo until so many rounds have their last score, print a table, write a page, leave nothing running.

    `began` is when its caller began to make the packages ready, on the monotonic clock.
    """
    bench = Bench(demo_config(config, agent), "demo")
    chosen = taking_part(bench.config, agent)
    if began is not None:
        progress.passed("packages, and Python's start", began)
    began = clock.monotonic() if began is None else began
    prepare.prepare_host(config)
    with locks.held(bench.paths.lock("demo"), what="the demo"), undisturbed(bench):
        start_afresh(bench)
        say(began, "images and a local tournament, side by side: make images, make tournament")
        images_ready = beside.begin(lambda: images.ensure(config, specs(config, chosen)))
        with (
            servers.tournament(bench, *SIZE, *rounds.PACE),
            servers.models(bench) if any(spec.cli for spec in specs(config, chosen)) else nullcontext(),
        ):
            images_ready.result()
            for entrant in chosen:
                launch(bench, entrant, began)
            play(bench, number, began)
        conclude(bench, began)
    say(began, "how long it took")
    click.echo(took(progress.steps_over(), began))
    say(began, "done; nothing is left running. What was recorded lies in " + str(bench.paths.root))


def specs(config: Config, chosen: Sequence[Entrant]) -> list[AgentSpec]:
    """Return the agents of some entrants, each once."""
    return [agents.find(config.images, name) for name in dict.fromkeys(one.agent for one in chosen)]


def launch(bench: Bench, entrant: Entrant, began: float) -> None:
    """Run an entrant, from its start to its submit.sh."""
    say(began, f"{entrant.name} gets a box, a model and a day: make run {entrant.choice.words}")
    with progress.timed(f"{entrant.name}, from its start to its submit.sh"):
        run(bench, "launch.py", "--entrant", entrant.name)


def play(bench: Bench, number: int, began: float) -> None:
    """Have so many rounds played, from their opening to their last score."""
    told, least = number_of(number, "round"), rounds.LEAST_OPEN.total_seconds()
    say(began, f"{told}, open until everybody is in, {least:.0f} s at least: {LOOKS}")
    with progress.timed(f"{told}, from the first opening to the last score"):
        rounds.play(bench, number, began)


def conclude(bench: Bench, began: float) -> None:
    """Check what was recorded, and show what came of it."""
    say(began, "the log is checked and every derived file made again: make verify")
    with progress.timed("the log checked, derived files made again"):
        run(bench, "verify.py")
    say(began, "the results, and a page about them: make results, make site")
    with progress.timed("the results and the page"):
        run(bench, "results.py", "--no-store")
        run(bench, "build_site.py")


def took(steps: Sequence[Step], began: float) -> str:
    """Say what every step took. Some go on side by side, so that together they take less than their sum."""
    rows = [(one.what, spelt(one.began - began), spelt(one.seconds)) for one in steps]
    ends = max((one.began + one.seconds for one in steps), default=began)
    return table(("step", "begins at", "takes"), [*rows, ("all of it", "", spelt(ends - began))])


def taking_part(config: Config, agent: str) -> list[Entrant]:
    """Return who takes part: the two controls, or the one agent that was named."""
    if agent:
        return [one for one in config.settings.entrants if one.agent == agent]
    known = {spec.name: spec for spec in agents.agents(config.images)}
    return [one for one in config.settings.entrants if known[one.agent].cli is None]


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
        with progress.timed("what was left running ended, boxes removed"):
            process.run(*bench.program("stop.py"), check=False)
            remove_boxes(bench)
