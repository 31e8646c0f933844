"""Plant known mistakes in copies of the code, one at a time, and see that the tests notice each of them."""

import sys

import click

from nab import cli
from nab.chaos import mutant_list, mutants, proxy_mutants
from nab.config import Config
from nab.core.text.tables import table

MUTANTS = mutant_list.MUTANTS + proxy_mutants.MUTANTS


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    rows = []
    for verdict in mutants.campaign(config.repository, MUTANTS):
        rows.append((verdict.mutant.name, verdict.killed_by or "SURVIVED", f"{verdict.seconds:.0f} s"))
        click.echo(f"{len(rows)} of {len(MUTANTS)}: {rows[-1][0]}: {rows[-1][1]}", err=True)
    survived = sum(row[1] == "SURVIVED" for row in rows)
    click.echo(table(("mutant", "noticed by", "after"), rows))
    click.echo(f"\n{len(rows)} mutants, {len(rows) - survived} killed")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
