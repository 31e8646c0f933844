"""Show what the agent of a run wrote, as a difference between two times; from its beginning to its end without them."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import written_files
from nab.config import Config
from nab.edges.host import console


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--since", default="", help="From then on: 2026-05-16 15:02, or a commit.")
@click.option("--at", default="", help="Up to then; the newest without it.")
@click.option("--file", default="", help="Only this file, or what is below this folder.")
@cli.reports_errors
def main(config: Config, run: str, since: str, at: str, file: str) -> None:
    console.show_difference(written_files.difference(Bench(config, "diff"), run, since, at, file))


if __name__ == "__main__":
    main()
