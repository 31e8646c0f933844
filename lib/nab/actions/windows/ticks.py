"""What the operator's timers do, as a loop: for a local tournament, whose rounds are short."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.core.errors import BUSY, NabError
from nab.core.text import terminal
from nab.edges import clock, process

SCRIPTS = ("watch_window.py", "reconcile.py", "fetch_scores.py")
FINE = {0, BUSY}


def look(bench: Bench) -> list[str]:
    """Look once at the window, at what Numerai lists and at the scores. Returns what was said; errors are printed."""
    said = []
    for script in SCRIPTS:
        done = process.run(*bench.program(script), check=False)
        said += done.stdout.strip().splitlines()
        if done.exit_code not in FINE:
            click.echo(done.stderr.strip(), err=True)
    return said


def loop(bench: Bench, seconds: float) -> None:
    """Look every so many seconds until Ctrl-C, and print what was not said the time before.

    Raises NabError where the tournament is the live one.
    """
    if bench.config.settings.tournament.kind != "local":
        hint = "nab-watch.timer and its like do it there (docs/automation.md); make tick does it once"
        raise NabError("a loop of ticks is for a local tournament", hint=hint)
    click.echo(f"a tick every {seconds:g} s; Ctrl-C ends it", err=True)
    before: list[str] = []
    while True:
        said = look(bench)
        for line in said:
            if line not in before:
                click.echo(f"{clock.now().astimezone():%H:%M:%S}  {terminal.one_line(line)}")
        before = said
        clock.pause(seconds)
