"""Show all runs: how each stands, how long it was active, what it cost, and how it ended."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import run_list
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, as_json: bool) -> None:
    found = run_list.told(Bench(config, "runs"))
    cli.show(cli.as_json(found) if as_json else run_list.show(found))


if __name__ == "__main__":
    main()
