"""Two groups of entrants as one hypothesis: the agents of a level against the same agents of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

import msgspec

from nab.results.verdicts.registration import Record, Registration
from nab.results.verdicts.scores import Scores, place

Groups = dict[str, Sequence[str]]


def pooled(registration: Registration, records: Iterable[Record], groups: Groups) -> list[Record]:
    """Return records of each group's mean in the rounds where everybody of both groups has a score.

    They are what `season` is given for the one pair of the two groups, a family of its own. It says "these runs".
    """
    scores, found = Scores(registration), []
    members = {who for group in groups.values() for who in group}
    for record in sorted(records, key=place):
        found.append(msgspec.structs.replace(record, entrant="", value=None))  # its time may end the season
        if not scores.put(record) or record.entrant not in members:
            continue
        values = {name: [scores.value(who, record.round) for who in group] for name, group in groups.items()}
        if any(None in group for group in values.values()):
            continue
        for name, group in values.items():
            told = [one for one in group if one is not None]
            found.append(
                msgspec.structs.replace(
                    record, entrant=name, day=registration.horizon, value=fsum(told) / len(told)
                )
            )
    return found
