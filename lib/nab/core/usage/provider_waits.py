"""How long an agent's program slept because its provider had turned it away, read from the proxy's record."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from nab.core.intervals import Interval, length, merged, shared
from nab.core.recording.calls.lines import Call, Phase
from nab.core.text import times

TURNED_AWAY = frozenset(
    {429, 503, 529}
)  # too many requests, unavailable (OpenAI, Google), overloaded (Anthropic)
MODELS = "llm"
ROUNDING = timedelta(milliseconds=2)  # the record has a call's beginning in whole milliseconds


class ModelCall(NamedTuple):
    """One call to a model's host: from when to when, and whether it was turned away."""

    began: datetime
    ended: datetime
    turned_away: bool


def quiet_seconds(calls: Iterable[Call], began: datetime, ended: datetime) -> float:
    """Return how long, within a session from `began` to `ended` (with zones), its program slept; in seconds.

    A sleep begins when a model's host turns a call away (429, 503, 529) and lasts until the next call to that host,
    or to the session's end. While another call to that host is under way nobody sleeps. Of two hosts at once the
    sleeps count once. The order of the calls does not matter.
    """
    sleeps = [
        one for asked in by_host(calls, began, ended).values() for one in sleeps_of(sorted(asked), ended)
    ]
    return length(shared(merged(sleeps), [Interval(began, ended)]))


def by_host(calls: Iterable[Call], began: datetime, ended: datetime) -> dict[str, list[ModelCall]]:
    """Gather the calls to models' hosts that a session has a part in. One without an end is under way.

    What was under way when a proxy began or ended was cut off then.
    """
    found: dict[str, list[ModelCall]] = {}
    under_way: dict[str, tuple[str, datetime]] = {}
    for call in calls:
        if call.phase == Phase.PROXY:
            at = times.parse_or_none(call.time)
            for host, since in under_way.values():
                found.setdefault(host, []).append(ModelCall(since, max(since, at or since), False))
            under_way.clear()
        elif (
            call.is_call
            and call.category == MODELS
            and not call.denied
            and (at := times.parse_or_none(call.time))
        ):
            if call.phase == Phase.START:
                under_way[call.id] = (call.host, at)
                continue
            under_way.pop(call.id, None)
            until = at + timedelta(seconds=max(0.0, call.seconds))
            found.setdefault(call.host, []).append(ModelCall(at, until, call.status in TURNED_AWAY))
    for host, since in under_way.values():
        found.setdefault(host, []).append(ModelCall(since, max(since, ended), False))
    return {
        host: [one for one in asked if one.ended >= began and one.began <= ended]
        for host, asked in found.items()
    }


def sleeps_of(asked: list[ModelCall], ended: datetime) -> Iterator[Interval[datetime]]:
    """Yield when a host was not asked because it had turned a call away. `asked` is in order."""
    begins = [one.began for one in asked]
    busy = merged(Interval(one.began, one.ended) for one in asked)
    freed = [one.ended for one in busy]
    for one in asked:
        if not one.turned_away:
            continue
        place = bisect_left(begins, one.ended - ROUNDING)
        if place < len(asked) and asked[place] is one:
            place += 1
        following = begins[place] if place < len(asked) else ended
        first = freed[bisect_left(freed, one.ended)]
        if first < following:
            yield Interval(first, following)
