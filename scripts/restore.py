"""Put a backup back into a state folder that holds nothing yet; it is checked to its end before anything is written."""

from pathlib import Path

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.upkeep.backup import restore
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--file", "file", default="", help="A file that make backup wrote.")
@cli.reports_errors
def main(config: Config, file: str) -> None:
    cli.leave_on_term()
    click.echo(restore.restore(Bench(config, "restore"), Path(file)))


if __name__ == "__main__":
    main()
