"""Print a table of every entrant's rounds: outcome, scores, percentile and, for a miss, whose doing it was."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import results
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    click.echo(results.results(Bench(config, "results")))


if __name__ == "__main__":
    main()
