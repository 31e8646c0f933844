"""Print how much a season's looks know, and how many shared rounds it takes to tell two entrants apart."""

from __future__ import annotations

import click

from nab import cli
from nab.results.verdicts import plan


@click.command(help=__doc__, context_settings={"show_default": True})
@click.option("--pairs", type=click.IntRange(1, 1000), default=6, help="Hypotheses in the family.")
@click.option(
    "--sd", type=click.FloatRange(1e-6, 1), default=0.012, help="Spread of a paired difference in a round."
)
@cli.reports_errors
def main(pairs: int, sd: float) -> None:
    click.echo(plan.told(pairs, sd))


if __name__ == "__main__":
    main()
