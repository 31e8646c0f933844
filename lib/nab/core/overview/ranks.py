"""A model's place in one round among all models, counted by us once the 20-day scores are final.

Numerai tells a rank by the year's mean only. The place is by competition ranking: as many models as have a strictly
higher score are ahead, and those who tie share the best place. Every model that has a score in the round counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from nab.core.facts import Place, RoundRanked, tag
from nab.core.log.events import Event
from nab.core.overview.overview import Row
from nab.core.scores.metrics import NAMED, RANKED
from nab.core.scores.scores import Archive, Score
from nab.core.text import times
from nab.core.windows.rounds import BareRound

KEPT = tag(RoundRanked)
SAME = 1e-6  # scores are told with more digits than that, and a day changes them by more
LAGS_AT_MOST = timedelta(days=1)

Scored = Mapping[str, Mapping[str, float]]  # a round's scores: by metric, of every model that has one


def kept(events: Iterable[Event]) -> dict[tuple[str, int], RoundRanked]:
    """Fold the places, by entrant and round."""
    return {
        (event.entrant, event.round): fact
        for event in events
        if event.kind == KEPT
        and event.entrant is not None
        and event.round is not None
        and isinstance(fact := event.fact, RoundRanked)
    }


def owed(
    rows: Iterable[Row], known: Mapping[tuple[str, int], RoundRanked], since: str = ""
) -> dict[int, list[Row]]:
    """Return the rows with final 20-day scores whose place is not kept yet, by round, the newest first.

    None of a round that was over before an instant, or whose times nobody told: it is none of our making.
    """
    found: dict[int, list[Row]] = {}
    for row in rows:
        if isinstance(row.round, BareRound) or times.text(row.round.closes) < since:
            continue
        if row.resolved and (row.entrant, row.round.number) not in known:
            found.setdefault(row.round.number, []).append(row)
    return dict(sorted(found.items(), reverse=True))


def ranked(model: str, scored: Scored) -> RoundRanked:
    """Count a model's places; none by a metric in which it has no score."""
    return RoundRanked(
        places={
            metric: Place(rank=1 + sum(value > of[model] for value in of.values()), of=len(of))
            for metric, of in scored.items()
            if model in of
        }
    )


def is_final(model: str, scored: Scored, ours: Mapping[str, Score]) -> bool:
    """Say whether a round's scores are those of its last day: they have our final ones, and not others of ours."""
    return all(is_same(scored.get(metric, {}).get(model), ours[metric].value) for metric in RANKED)


def is_same(told: float | None, final: float | None) -> bool:
    return told is not None and final is not None and abs(told - final) < SAME


def is_overdue(archive: Archive, now: datetime) -> bool:
    """Say whether our final scores have been known for so long that what is told of the round will not change."""
    last = max(archive.days[metric, final_day(archive, metric)][-1].known for metric in RANKED)
    return times.parse(last) + LAGS_AT_MOST <= now


def final_day(archive: Archive, metric: str) -> int:
    """Return the day of a metric's final score: the first one, for Numerai may go on publishing rows of later days."""
    told = (one.score for (name, _), values in archive.days.items() if name == metric for one in values)
    return min(one.day for one in told if one.final)


def words(places: Mapping[str, Place]) -> str:
    """Say a model's places in a line; nothing where it has none."""
    each = [f"{NAMED[name].title} {one.rank} of {one.of}" for name, one in sorted(places.items())]
    return f"rank among all models of the round: {', '.join(each)} (ties share the best rank)" if each else ""
