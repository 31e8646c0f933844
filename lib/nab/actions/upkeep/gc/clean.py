"""Remove what can be made again. The log, the records of runs and the boxes of enrolled entrants are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from nab.actions.bench import Bench
from nab.actions.demo import demo
from nab.actions.disks import run_disks
from nab.config import Config
from nab.core.errors import NabError
from nab.edges import clock
from nab.edges.docker import image_builds, image_tags
from nab.edges.kernel import pidfds, processes
from nab.edges.untrusted import removal
from nab.paths import AgentFolder

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "state/builds")
LONGEST_COMMAND, ENDS_WITHIN_SECONDS = 4096, 10.0


def clean(config: Config) -> None:
    """Remove the demo's state, our images that no kept box needs, caches and the virtual environment."""
    demo_bench = Bench(demo.demo_config(config), "clean")
    try:
        demo.remove_boxes(demo_bench)
        remove_images(demo_bench)
    except NabError as error:
        click.echo(f"boxes and images are left: {error.message}")
    run_disks.detach_all(demo_bench)
    demo_state = demo_bench.paths.root
    if demo_state.exists():
        removal.remove(AgentFolder(demo_state))
        click.echo(f"removed {demo_state}")
    for name in CACHES:
        remove(config.repository / name)
    for folder in config.repository.glob("**/__pycache__"):
        if ".venv" not in folder.parts:
            shutil.rmtree(folder, ignore_errors=True)
    end_compiling(config.repository / ".venv")
    remove(config.repository / ".venv")
    click.echo("clean; state/ keeps the event log and the records, make demo makes the rest again")


def remove_images(bench: Bench) -> None:
    """Remove our images; one that a kept box was made from stays, and so does the box."""
    from docker.errors import APIError

    for image in bench.engine.images.list(filters={"label": "nab.recipe"}):
        for tag in image.tags:
            try:
                bench.engine.images.remove(tag)
                click.echo(f"removed image {tag}")
            except APIError as error:
                click.echo(f"image {tag} is kept: {error.explanation}")
    for old in image_builds.superseded(bench.engine, clock.now()):
        image_tags.remove(bench.engine, old.id)


def end_compiling(environment: Path) -> None:
    """End what scripts/bootstrap.sh left compiling there: it would write while we remove. Another's process stays."""
    try:
        pid = int((environment / ".compiling").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    with pidfds.opened(pid) as process:
        told = processes.read(f"/proc/{pid}/cmdline", LONGEST_COMMAND)
        if (
            process is not None
            and b"compileall" in told
            and processes.folder(pid, "/proc") == str(environment.parent)
        ):
            pidfds.end(process)
            pidfds.ended_within(process, ENDS_WITHIN_SECONDS)


def remove(path: Path) -> None:
    """Remove a folder, if it is there."""
    if path.exists():
        shutil.rmtree(path)
        click.echo(f"removed {path}")
