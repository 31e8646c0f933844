"""Compare a simulated season with real scores: how much of a score comes back in the rounds after it.

SCORES is a table of real MMC20 as CSV: the round number first, then a column per model.
"""

from __future__ import annotations

from pathlib import Path

import click

from nab import cli

COUNT = click.IntRange(1, 1_000_000)


@click.command(help=__doc__, context_settings={"show_default": True})
@click.argument("scores", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--real-rounds",
    type=COUNT,
    default=340,
    help="How many of the table count; its newest may be provisional.",
)
@click.option("--rounds", type=COUNT, default=500, help="Simulated rounds.")
@click.option("--participants", type=COUNT, default=40, help="Simulated participants.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, help="Same seed, same market.")
@cli.reports_errors
def main(scores: Path, real_rounds: int, rounds: int, participants: int, seed: int) -> None:
    # Imported here: pandas takes a second, which --help need not wait for.
    from nab.tournament.market.market import SIZES, Market
    from nab.tournament.scoring import autocorrelation, season

    simulated = season.simulate(Market(seed, SIZES["demo"]), rounds, participants).mmc20
    click.echo(autocorrelation.comparison(simulated, autocorrelation.read(scores, real_rounds)))


if __name__ == "__main__":
    main()
