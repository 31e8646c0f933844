"""A whole season at once: every round's final scores of a large field, without a server and without files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
from numerai_tools.scoring import gaussian

from nab.tournament.market import field, signal
from nab.tournament.market.market import Market
from nab.tournament.market.signal import Array
from nab.tournament.rounds.schedule import FIRST_ROUND, SHORT_DAYS

PARTICIPANTS = 200


@dataclass(frozen=True)
class Season:
    """Final scores: a row per round, a column per participant."""

    corr20: pd.DataFrame
    mmc20: pd.DataFrame


@dataclass(frozen=True)
class Shapes:
    """What ranks become, by rank: every column of distinct predictions is some order of these."""

    ranks: Array
    normal: Array
    tails: Array

    @classmethod
    def of(cls, rows: int) -> Shapes:
        ranks = (np.arange(rows) + 0.5) / rows
        normal = gaussian(pd.DataFrame(ranks)).to_numpy()[:, 0]
        return cls(ranks, normal, signed_power(normal))


@dataclass(frozen=True)
class Field:
    """The participants of a season: their linear models and their shares of the meta model."""

    market: Market
    weights: Array
    shares: Array
    shapes: Shapes

    @classmethod
    def of(cls, market: Market, count: int) -> Field:
        stakes = np.array([participant.stake for participant in field.participants(market.seed, count)])
        shapes = Shapes.of(market.size.live_ids)
        return cls(market, field.field_weights(market, count), stakes / stakes.sum(), shapes)

    def predictions(self, number: int) -> Array:
        """Return participants by slots: what each says of a round."""
        features = self.market.securities.features(number)
        return np.ascontiguousarray(field.outputs(features, self.weights).T)

    def target(self, number: int) -> Array:
        """Return the final 20-day target of every slot, 0 to 4."""
        returns = self.market.securities.cumulative_returns(number, SHORT_DAYS)[:, -1]
        return signal.binned(returns) * 4

    def scores(self, number: int) -> tuple[Array, Array]:
        """Return CORR20 and MMC20 of each participant."""
        return scores(self.predictions(number), self.target(number), self.shares, self.shapes)


def scores(predictions: Array, target: Array, shares: Array, shapes: Shapes) -> tuple[Array, Array]:
    """Score participants by rows. Predictions are distinct, so that sorting each row once is enough."""
    orders = np.argsort(predictions, axis=1)
    ranks = np.empty(predictions.shape)
    np.put_along_axis(ranks, orders, shapes.ranks[None, :], axis=1)
    meta = gaussianized(shares @ ranks)
    centred = target - target.mean()
    tails = signed_power(centred / 4)
    tails -= tails.mean()
    spread = np.sqrt(((shapes.tails - shapes.tails.mean()) ** 2).sum() * (tails**2).sum())
    corr = tails[orders] @ shapes.tails / spread
    alike = meta[orders] @ shapes.normal / (meta @ meta)
    contribution = (centred[orders] @ shapes.normal - alike * (centred @ meta)) / len(target)
    return corr, contribution


def gaussianized(values: Array) -> Array:
    """Rank and gaussianize one column, ties sharing theirs."""
    ranks = (pd.Series(values).rank() - 0.5) / len(values)
    return np.asarray(gaussian(ranks.to_frame()).to_numpy()[:, 0])


def signed_power(values: Array) -> Array:
    """Numerai's power 1.5, which weighs the tails."""
    return np.asarray(np.sign(values) * np.abs(values) ** 1.5)


def play(market: Market, count: int = PARTICIPANTS) -> Iterator[tuple[Array, Array]]:
    """Yield CORR20 and MMC20 of one round after the other, for ever."""
    everyone, number = Field.of(market, count), FIRST_ROUND
    while True:
        yield everyone.scores(number)
        number += 1


def simulate(market: Market, rounds: int, count: int = PARTICIPANTS) -> Season:
    """Return a season of so many rounds."""
    played = list(islice(play(market, count), rounds))
    numbers = range(FIRST_ROUND, FIRST_ROUND + rounds)
    names = [participant.name for participant in field.participants(market.seed, count)]
    corr20, mmc20 = (pd.DataFrame(list(column), numbers, names) for column in zip(*played, strict=True))
    return Season(corr20, mmc20)
