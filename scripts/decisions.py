"""Print what a tick decides in every situation, as docs/decisions.md has it."""

import click

from nab import cli
from nab.core.windows import decision_table


@click.command(help=__doc__)
@cli.reports_errors
def main() -> None:
    click.echo(decision_table.markdown(), nl=False)


if __name__ == "__main__":
    main()
