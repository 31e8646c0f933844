"""Ask Numerai's API what everything here relies on, and tell where it differs from the local tournament.

The API is the one that nab.toml names. Nothing is changed there. Exit code 1 when something differs.
"""

import sys
from pathlib import Path

import click

from nab import cli
from nab.actions.contract import comparison
from nab.config import Config

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(help=__doc__)
@cli.config_option
@click.option("--against", type=FILE, help="Compare with a saved file, in place of the local tournament.")
@click.option(
    "--save", type=FILE, help="Write the answers as shapes into this file: no values, nothing secret."
)
@click.option(
    "--provoke", is_flag=True, help="List the dataset until that is refused: it tells how; a minute's budget."
)
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@cli.reports_errors
def main(config: Config, against: Path | None, save: Path | None, provoke: bool, as_json: bool) -> None:
    found, result = comparison.look(config, against, provoke=provoke)
    if save is not None:
        comparison.save(found, save)
    click.echo(cli.as_json(result) if as_json else comparison.show(result))
    sys.exit(1 if result.differences else 0)


if __name__ == "__main__":
    main()
