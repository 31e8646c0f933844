"""Measure the season: seconds per round, as a ratio against bare numerai-tools on the same arrays, and memory.

The ratio compares the whole of a simulated round (features, predictions, returns, scores) with numerai_corr and
correlation_contribution alone. The long season shows that a round's cost and the memory do not grow with history.
"""

import time
from itertools import islice

import click
import numpy as np
import pandas as pd
import psutil
from numerai_tools.scoring import correlation_contribution, numerai_corr, stake_weight, tie_kept_rank

from nab.tournament.market.market import SIZES, Market
from nab.tournament.rounds.schedule import FIRST_ROUND
from nab.tournament.scoring import season

PARTS = 5


def bare_seconds(market: Market, participants: int, rounds: int) -> float:
    """Time numerai-tools alone on the arrays of some rounds."""
    everyone = season.Field.of(market, participants)
    ids = [f"n{number:015x}" for number in range(market.size.live_ids)]
    seconds = 0.0
    for number in range(FIRST_ROUND, FIRST_ROUND + rounds):
        predictions = pd.DataFrame(everyone.predictions(number).T, ids)
        target = pd.Series(everyone.target(number) / 4, ids, name="target")
        began = time.perf_counter()
        meta_model = stake_weight(tie_kept_rank(predictions), pd.Series(everyone.shares))
        corr = numerai_corr(predictions, target)
        mmc = correlation_contribution(predictions, meta_model, target)
        seconds += time.perf_counter() - began
        ours = everyone.scores(number)
        assert np.allclose(ours, [corr, mmc], rtol=1e-9, atol=1e-12)
    return seconds / rounds


def measure_speed(rounds: int, participants: int) -> None:
    market = Market(1, SIZES["demo"])
    bare = bare_seconds(market, participants, 5)
    began = time.perf_counter()
    season.simulate(market, rounds, participants)
    seconds = time.perf_counter() - began
    each = seconds / rounds
    click.echo(
        f"{rounds} rounds of {participants} participants and {market.size.live_ids} ids: {seconds:.1f} s"
    )
    click.echo(
        f"a round: {each * 1000:.1f} ms, {each / bare:.2f} x numerai-tools alone ({bare * 1000:.1f} ms)"
    )


def measure_memory(rounds: int, participants: int) -> None:
    played = season.play(Market(1, SIZES["tiny"]), participants)
    for part in range(1, PARTS + 1):
        began = time.perf_counter()
        for _ in islice(played, rounds // PARTS):
            pass
        each = (time.perf_counter() - began) / (rounds // PARTS) * 1000
        mib = psutil.Process().memory_info().rss / 2**20
        click.echo(f"after {part * rounds // PARTS} rounds: {mib:.1f} MiB, {each:.2f} ms a round")


@click.command(help=__doc__)
@click.option("--rounds", default=500, show_default=True, help="Of the season that is timed.")
@click.option("--participants", default=200, show_default=True, help="Of both seasons.")
@click.option("--long", "long_rounds", default=5000, show_default=True, help="Of the season that is watched.")
def main(rounds: int, participants: int, long_rounds: int) -> None:
    measure_speed(rounds, participants)
    measure_memory(long_rounds, participants)


if __name__ == "__main__":
    main()
