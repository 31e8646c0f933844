"""From the intent of a run to its agent's first instruction, step by step, beside a bare `docker run`; and the same
of the firing of submit.sh, beside `docker start` and `docker exec`.

Everything is real: our scripts on a state of their own, the engine, the proxy, a local tournament. The agents are
shell scripts that note when they begin. What happened when is read from outside: from the engine's events, the
proxy's own words and the log. A bare box is started before every launch, so that whatever else the machine does hits
both. Run it by `make bench`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from nab.actions.boxes import agent_box, client_check
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges.docker import boxes
from support.worlds.tiny import MadeOf, TinyWorld

LEVELS = ("L1", "L2", "L3", "L4")
CONTROL = "control"
KINDS = (CONTROL, *LEVELS)
IMAGE = "nab/base"
NOTE = "date +%s.%N > /workspace/began"
SUBMIT = "printf '#!/bin/sh\\ndate +%%s.%%N > /workspace/fired\\n' > submit.sh; chmod +x submit.sh"
# A program of the agent's that begins, and is there until it is told to end.
BEHAVIOUR = f"{NOTE}; sleep 600"
CONTROL_BEHAVIOUR = f"{NOTE}; {SUBMIT}; sleep 4"
TARGET = 4.0
FIRST, NEXT = "first", "again"
Steps = dict[str, float]  # what had happened, and after how many seconds


class Engine:
    """What the engine tells while we look."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("wb") as sink:
            self.program = subprocess.Popen(["docker", "events", "--format", "{{json .}}"], stdout=sink)

    def told(self) -> list[tuple[float, str, str, str]]:
        """Return when something happened to what: instant, type, action, name."""
        found = []
        for line in self.file.read_text().splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            name = event["Actor"]["Attributes"].get("name", "")
            found.append((event["timeNano"] / 1e9, event["Type"], event["Action"].partition(":")[0], name))
        return found

    def at(self, after: float, kind: str, action: str, name: str) -> float | None:
        """Return when this happened for the first time after an instant."""
        events = self.told()
        return next((at for at, *what in events if at >= after and what == [kind, action, name]), None)


def known(world: TinyWorld, run: str, kind: str) -> float | None:
    """Return when the log learned of something for the first time."""
    for event in world.bench.log.events():
        if event.run == run and event.kind == kind:
            return times.parse(event.known).timestamp()
    return None


def noted(world: TinyWorld, run: Run, name: str) -> float | None:
    """Return what a program in the box wrote of when it began."""
    file = world.bench.run(run.name).workspace.own_path / name
    text = file.read_text().strip() if file.exists() else ""
    return float(text) if text else None


def waited(holds: Any, seconds: float) -> Any:
    """Wait for a value."""
    deadline = time.monotonic() + seconds
    while (found := holds()) is None:
        if time.monotonic() > deadline:
            raise click.ClickException(f"nothing for {seconds:.0f} s")
        time.sleep(0.1)
    return found


def launched(world: TinyWorld, engine: Engine, agent: str, level: str) -> tuple[Run, Steps]:
    """Launch an entrant, and say when what happened. Its run goes on."""
    before, began = set(world.bench.runs()), time.time()
    words = world.program("launch.py", "--agent", world.named(agent), "--level", level)
    with world.said_by(agent).open("ab") as sink:
        subprocess.Popen(words, stdout=sink, stderr=sink, env=world.environment)
    name = waited(lambda: next(iter(set(world.bench.runs()) - before), None), 60)
    run = world.bench.runs()[name]
    first = waited(lambda: noted(world, run, "began"), 180)
    ready = proxy_ready(world, name)
    time.sleep(0.5)  # the engine's last words
    intended = known(world, name, "run.intended") or began
    slot = run.intended.slot
    happened = {
        "the launcher starts": began,
        "the run is intended": intended,
        "its network is made": engine.at(began, "network", "create", f"nab-net-{name}"),
        "its proxy is made": engine.at(began, "container", "create", f"nab-proxy-{name}"),
        "its proxy runs": engine.at(began, "container", "start", f"nab-proxy-{name}"),
        "its proxy is ready": ready,
        "its box is made": engine.at(began, "container", "create", slot),
        "its clients are tried": engine.at(began, "container", "start", f"{slot}-clients"),
        "they have been": engine.at(began, "container", "die", f"{slot}-clients"),
        "its box runs": engine.at(began, "container", "start", slot),
        "its session is ordered": known(world, name, "session.started"),
        "its first instruction": first,
    }
    return run, {what: at - intended for what, at in happened.items() if at is not None}


def proxy_ready(world: TinyWorld, run: str) -> float | None:
    """Return when the proxy of a run said that it is ready."""
    for box in world.bench.find_boxes(run, boxes.PROXY):
        said = world.bench.engine.containers.get(box.id).logs(timestamps=True).decode()
        for line in said.splitlines():
            if "nab proxy ready" in line:
                return datetime.fromisoformat(line.split(" ")[0][:26] + "+00:00").timestamp()
    return None


def bare_run() -> float:
    """Return how long a bare box takes from the call of `docker run` to its first instruction."""
    began = time.time()
    words = ["docker", "run", "--rm", "--network", "none", IMAGE, "date", "+%s.%N"]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout) - began


@contextmanager
def a_bare_box() -> Iterator[str]:
    """Have a box that was made and has run, as one that submits has."""
    words = ["docker", "create", "--init", "--network", "none", IMAGE, "sleep", "600"]
    box = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    try:
        yield box
    finally:
        subprocess.run(["docker", "rm", "-f", box], capture_output=True, check=True)


def bare_firing(box: str) -> float:
    """Return how long `docker start` and `docker exec` take to the first instruction."""
    began = time.time()
    subprocess.run(["docker", "start", box], capture_output=True, check=True)
    said = subprocess.run(
        ["docker", "exec", box, "date", "+%s.%N"], capture_output=True, text=True, check=True
    )
    first = float(said.stdout)
    subprocess.run(["docker", "kill", box], capture_output=True, check=True)
    return first - began


def fired(world: TinyWorld, engine: Engine, run: Run) -> Steps:
    """Fire an entrant's submit.sh, and say when what happened."""
    place, began = world.bench.run(run.name).workspace.own_path / "fired", time.time()
    place.unlink(missing_ok=True)
    said = world.script("submit.py", "--entrant", run.entrant)
    if said.returncode:
        raise click.ClickException(said.stdout + said.stderr)
    attempts = [one for one in world.bench.log.events() if one.kind == "attempt.started"]
    intended = times.parse(attempts[-1].known).timestamp()
    name, box = run.name, f"nab-done-{run.name}"
    happened = {
        "the script starts": began,
        "the attempt is noted": intended,
        "the network is made": engine.at(began, "network", "create", f"nab-net-{name}"),
        "the proxy is made": engine.at(began, "container", "create", f"nab-proxy-{name}"),
        "the proxy runs": engine.at(began, "container", "start", f"nab-proxy-{name}"),
        "the box runs": engine.at(began, "container", "start", box),
        "the first instruction": noted(world, run, "fired"),
    }
    return {what: at - intended for what, at in happened.items() if at is not None}


def middle(found: list[Steps]) -> Steps:
    """Return the median of every step, in the order of the first."""
    return {
        what: round(statistics.median(one[what] for one in found if what in one), 2)
        for what in dict.fromkeys(what for one in found for what in one)
    }


def measure_launches(world: TinyWorld, engine: Engine, kinds: Sequence[str], many: int) -> dict[str, Any]:
    """Launch a control and a coding agent at every level, several times; the first time its image is new."""
    found: dict[str, Any] = {}
    for kind in kinds:
        agent, level = (CONTROL, "L3") if kind == CONTROL else ("tiny", kind)
        runs, bare = [], []
        for _ in range(many + 1):
            bare.append(bare_run())
            run, steps = launched(world, engine, agent, level)
            runs.append(steps)
            have_a_proof(world, run)
            told = ", ".join(f"{what} {at:.2f}" for what, at in steps.items())
            click.echo(f"  {kind}: {told}; bare {bare[-1]:.2f} s; load {os.getloadavg()[0]:.0f}", err=True)
            world.wait(lambda run=run: ended(world, run.name), 120) if agent == CONTROL else stop(world, run)
        last = "its first instruction"
        base = statistics.median(bare)
        again = middle(runs[1:])
        found[kind] = {
            FIRST: {what: round(at, 2) for what, at in runs[0].items()},
            NEXT: again,
            "bare": round(base, 2),
            "ratio": round(again[last] / base, 1),
        }
    return found


def have_a_proof(world: TinyWorld, run: Run) -> None:
    """See that the next launch finds a proof of its image's clients: on a busy machine some give up, and there is none.

    Then one is planted, and told: what is measured next is a launch like one before.
    """
    try:
        from nab.core.recording.calls.client_coverage import Client, Coverage
        from nab.core.recording.calls.client_proofs import Proof
    except ImportError:
        return  # before there were proofs
    subject = client_check.subject_of(world.bench, agent_box.order(world.bench, run))
    if subject and not client_check.kept(world.bench, subject):
        click.echo("  the clients failed on a busy machine: a proof is planted for what follows", err=True)
        coverage = Coverage(clients=(Client(client="planted"),))
        proof = Proof(subject=subject, run=run.name, at=run.intended_at, coverage=coverage)
        client_check.keep(world.bench, proof)


def ended(world: TinyWorld, run: str) -> bool:
    return world.bench.runs()[run].ended is not None


def stop(world: TinyWorld, run: Run) -> None:
    world.script("stop.py", "--run", run.name)
    assert ended(world, run.name)


def measure_firings(world: TinyWorld, engine: Engine, many: int) -> dict[str, Any]:
    """Fire the control's submit.sh several times, each beside a bare box."""
    run = [one for one in world.bench.runs().values() if CONTROL in one.entrant][-1]
    found, bare = [], []
    with a_bare_box() as box:
        for _ in range(many):
            bare.append(bare_firing(box))
            found.append(fired(world, engine, run))
            click.echo(
                f"  fired: {found[-1]['the first instruction']:.2f} s, bare {bare[-1]:.2f} s", err=True
            )
    again, base = middle(found), statistics.median(bare)
    ratio = round(again["the first instruction"] / base, 1)
    return {NEXT: again, "bare": round(base, 2), "ratio": ratio}


def shown(found: dict[str, Any]) -> None:
    """Print the tables."""
    kinds = list(found["launch"])
    click.echo(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds from the intent, medians")
    for when, title in ((FIRST, "the first launch of an image"), (NEXT, "a launch like one before")):
        click.echo(f"\n{title:<30}" + "".join(f"{kind:>9}" for kind in kinds))
        for what in dict.fromkeys(what for kind in kinds for what in found["launch"][kind][when]):
            row = (found["launch"][kind][when].get(what) for kind in kinds)
            click.echo(f"{what:<30}" + "".join(f"{'' if at is None else f'{at:.2f}':>9}" for at in row))
    for what in ("bare", "ratio"):
        name = "a bare docker run" if what == "bare" else f"that many times it (goal {TARGET:g})"
        click.echo(f"{name:<30}" + "".join(f"{found['launch'][kind][what]:>9}" for kind in kinds))
    if firing := found.get("firing"):
        show_firing(firing)


def show_firing(firing: dict[str, Any]) -> None:
    click.echo("\na firing of submit.sh")
    for what, at in firing[NEXT].items():
        click.echo(f"{what:<30}{at:>9.2f}")
    click.echo(f"{'bare docker start and exec':<30}{firing['bare']:>9}")
    click.echo(f"{'that many times it':<30}{firing['ratio']:>9}")


@click.command(help=__doc__)
@click.option("--times", "many", default=3, show_default=True, help="How often each is launched and fired.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these; all if none is named."
)
@click.option("--json", "as_json", is_flag=True, help="Write the figures for programs.")
def main(many: int, kinds: tuple[str, ...], *, as_json: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    with ExitStack() as last:
        last.callback(shutil.rmtree, folder, ignore_errors=True)
        world = TinyWorld(folder, {"tiny": BEHAVIOUR}, MadeOf(LEVELS, controls={CONTROL: CONTROL_BEHAVIOUR}))
        last.callback(world.close)
        world.tries_clients = True
        world.build()
        engine = Engine(folder / "events.json")
        last.callback(engine.program.kill)
        bare_run()
        found = {"launch": measure_launches(world, engine, kinds or KINDS, many)}
        if CONTROL in found["launch"]:
            found["firing"] = measure_firings(world, engine, many)
    click.echo(json.dumps(found, indent=1)) if as_json else shown(found)


if __name__ == "__main__":
    main()
