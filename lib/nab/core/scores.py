"""Scores, folded from what Numerai published. A score is final from its horizon on, never by a flag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nab.core.events import Event
from nab.core.facts import ScoreSeen

# Numerai's display names and the scoring day from which a value is final. The `resolved` flag tells
# nothing of a 20-day metric: since round 1343 it turns true on day 60 only.
HORIZON = {"v2_corr20": 20, "mmc": 20, "corr60": 60, "mmc60": 60}
TITLES = {"v2_corr20": "CORR20", "mmc": "MMC20", "corr60": "CORR60", "mmc60": "MMC60"}


@dataclass(frozen=True)
class Score:
    """The newest value of a metric; `percentile` is a share from 0 to 1."""

    metric: str
    day: int
    value: float | None
    percentile: float | None

    @property
    def final(self) -> bool:
        return self.day >= HORIZON[self.metric]


def newest(events: Iterable[Event]) -> dict[tuple[str, int], dict[str, Score]]:
    """Fold the latest day of each metric, by entrant and round; a revision of a day replaces it."""
    found: dict[tuple[str, int], dict[str, Score]] = {}
    for event in events:
        fact = event.fact
        if not isinstance(fact, ScoreSeen) or event.entrant is None or event.round is None:
            continue
        scores = found.setdefault((event.entrant, event.round), {})
        if fact.metric in HORIZON and (fact.metric not in scores or fact.day >= scores[fact.metric].day):
            scores[fact.metric] = Score(fact.metric, fact.day, fact.value, fact.percentile)
    return found
