"""Measure how often the statistical procedure makes a false claim, in simulated seasons without any difference.

Some seasons go through the program that judges real ones, too, and have to come out the same. With --scores it is tried
on a table of real scores instead, from which the differences were taken: CSV, the round number first, then a column per
model. Ends with 1 where a limit does not hold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nab import cli
from nab.core.errors import FAILED

TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help=__doc__, context_settings={"show_default": True})
@click.option(
    "--seasons", type=click.IntRange(15, 1_000_000), default=3000, help="Simulated seasons of each kind."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=27, help="The same seed, the same seasons."
)
@click.option(
    "--checked",
    type=click.IntRange(0),
    default=200,
    help="How many of them are judged as real ones are, too.",
)
@click.option("--scores", type=TABLE, help="A table of real scores.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@cli.reports_errors
def main(seasons: int, seed: int, checked: int, scores: Path | None, as_json: bool) -> None:
    # Imported here: numpy and scipy take a second, which --help need not wait for.
    from nab.results.validation import error_rates, placebo

    if scores is not None:
        models = placebo.read(scores.read_text(encoding="utf-8", errors="replace"))
        windows = list(placebo.placebo(models))
        click.echo(cli.as_json(windows) if as_json else placebo.told(windows, len(models)))
        sys.exit(0 if all(one.passes for one in windows) else FAILED)
    found = []
    for one in error_rates.rates(seasons, checked, seed):
        found.append(one)
        click.echo(f"{len(found)} of {len(error_rates.EXPECTED)}: {one.cell}", err=True)
    click.echo(cli.as_json(found) if as_json else error_rates.told(found))
    sys.exit(0 if all(one.passes for one in found) else FAILED)


if __name__ == "__main__":
    main()
