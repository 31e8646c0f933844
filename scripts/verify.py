"""Check the event log, line by line, make every derived file again from it, and tell of holes in records of calls."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.log import verify
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    click.echo(verify.verify(Bench(config, "verify")))


if __name__ == "__main__":
    main()
