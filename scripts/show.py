"""Show one run in full: its box, its sessions, what went wrong, what we did, and its submissions, in order."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import run_timeline
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--all", "everything", is_flag=True, help="Show every line of a long story.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, run: str, *, everything: bool, as_json: bool) -> None:
    found = run_timeline.told(Bench(config, "show"), run)
    cli.show(cli.as_json(found) if as_json else run_timeline.show(found, everything=everything))


if __name__ == "__main__":
    main()
