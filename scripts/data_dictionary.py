"""Print what every table and column of the results store is, as docs/data.md has it."""

import click

from nab import cli
from nab.results.tables import dictionary


@click.command(help=__doc__)
@cli.reports_errors
def main() -> None:
    click.echo(dictionary.markdown(), nl=False)


if __name__ == "__main__":
    main()
