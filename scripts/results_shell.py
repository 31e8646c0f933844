"""Open a Python prompt on the results store, read only: show("SELECT ...") prints a table."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.results import asking
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.reports_errors
def main(config: Config) -> None:
    asking.shell(Bench(config, "shell"))


if __name__ == "__main__":
    main()
