"""Stop what runs: every run is ended, collected and recorded; nothing that was recorded is removed."""

import click

from nab import cli
from nab.actions import stop
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    stop.stop(Bench(config, "stop"))


if __name__ == "__main__":
    main()
