"""Print the figure of the whole program, as docs/overview.svg has it."""

import click

from nab import cli
from nab.core.text import figure


@click.command(help=__doc__)
@cli.reports_errors
def main() -> None:
    click.echo(figure.svg(), nl=False)


if __name__ == "__main__":
    main()
