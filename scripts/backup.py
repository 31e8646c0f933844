"""Copy the state into one file, while agents run: event log, records, workspaces, conversations, settings; no key."""

from pathlib import Path

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.upkeep.backup import backup
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--file", "file", default="", help="The file to write; it must not be there yet.")
@cli.reports_errors
def main(config: Config, file: str) -> None:
    cli.leave_on_term()
    click.echo(backup.sentence(backup.backup(Bench(config, "backup"), Path(file))))


if __name__ == "__main__":
    main()
