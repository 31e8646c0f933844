"""Play seasons with a planted truth through the whole program, and see that what is claimed of them is true.

Each is a log of its own, written as a year of ticks writes it: 260 rounds, one entrant that is better, one that is as
good as the control, the control twice; rounds missed by agents and by the harness, two weeks in which nobody looks, a
submission that is listed months late, a score that is revised. Ends with 1 where more than 5 % of the seasons have a
false claim, or anything else is not as it has to be.
"""

from __future__ import annotations

import sys

import click

from nab import cli
from nab.config import Config
from nab.core.errors import FAILED


@click.command(help=__doc__, context_settings={"show_default": True})
@cli.config_option
@click.option("--seasons", type=click.IntRange(1, 100_000), default=100, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=27, help="The same seed, the same seasons."
)
@click.option("--noise", type=click.Choice(["calibrated", "worst case", "slow regime"]), default="calibrated")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@cli.reports_errors
def main(config: Config, seasons: int, seed: int, noise: str, *, as_json: bool) -> None:
    # Imported here: numpy takes a while, which --help need not wait for.
    from nab.actions.claims import seasons as played_seasons
    from nab.results.validation import played

    found = []
    for one in played_seasons.seasons(config.file, seasons, seed, noise):
        found.append(one)
        click.echo(f"{len(found)} of {seasons}{': a false claim' if one.false else ''}", err=True)
    click.echo(cli.as_json(found) if as_json else played.told(found))
    sys.exit(FAILED if any(played.failures(found)) else 0)


if __name__ == "__main__":
    main()
