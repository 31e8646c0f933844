"""Kill writers of the event log at random moments; no acknowledged event may be lost."""

import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

import click

from nab import cli
from nab.chaos import log
from nab.core.errors import FAILED


@click.command(help=__doc__)
@click.option(
    "--kills", default=1000, show_default=True, type=click.IntRange(1, 10_000_000), help="How many."
)
@click.option("--writers", default=2, show_default=True, type=click.IntRange(1, 1000), help="At a time.")
@click.option("--seed", default=0, show_default=True, help="Chooses the moments and the sizes.")
@click.option("--keep", is_flag=True, help="Keep the log; one that lost something is always kept.")
@cli.reports_errors
def main(kills: int, writers: int, seed: int, keep: bool) -> None:
    folder = Path(mkdtemp(prefix="nab-chaos-"))
    click.echo(f"the log is in {folder}")
    tally = log.run(folder, kills=kills, writers=writers, seed=seed, say=click.echo)
    for name, value in log.table(tally):
        click.echo(f"{name:<24}{value:>12}")
    if not keep and not tally.lost:
        shutil.rmtree(folder)
    sys.exit(FAILED if tally.lost else 0)


if __name__ == "__main__":
    main()
