"""What came of seasons with a planted truth, and whether that is what has to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil, floor

import msgspec

from nab.core.text.tables import table
from nab.results.validation import planted
from nab.results.validation.generator import ROUNDS
from nab.results.verdicts.looks import Verdict
from nab.results.verdicts.registration import DELTA
from nab.results.verdicts.season import Cause, Version

MOST_FALSE = 0.05  # of the seasons
LEAST_SUPPORTED = 0.95
BY_LOOK = 3
PAIRS = {
    "better": (planted.BETTER, planted.ALIKE),
    "better than the control": (planted.BETTER, planted.CONTROL),
    "better than its twin": (planted.BETTER, planted.TWIN),
    "equal": (planted.ALIKE, planted.CONTROL),
    "equal to the twin": (planted.ALIKE, planted.TWIN),
    "A/A": (planted.CONTROL, planted.TWIN),
}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a pair by the season's end: by which look, in how many versions, how often it was withdrawn."""

    first: str
    second: str
    verdict: str
    look: int
    looks: int
    versions: int
    corrections: int
    ever: tuple[str, ...]

    @property
    def false(self) -> bool:
        """Say whether any version claims what is not true."""
        gap = planted.true_gap(self.first, self.second)
        wrong = {
            Verdict.SUPPORTED.value: gap <= 0,
            Verdict.REFUTED.value: gap >= 0,
            Verdict.EQUIVALENT.value: abs(gap) >= DELTA,
        }
        return any(wrong.get(one, False) for one in self.ever)


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a season.

    `differing`: what is on record and not derived again. `changed` of the `remembered` registries of earlier days came
    out otherwise at the season's end. `wrong_causes` rounds were left out for another cause than the true one.
    """

    events: int
    said: tuple[Said, ...]
    differing: tuple[str, ...]
    remembered: int
    changed: int
    wrong_causes: int

    @property
    def false(self) -> bool:
        """Say whether any claim was ever false."""
        return any(one.false for one in self.said)

    def of(self, first: str, second: str) -> Said:
        """Return what was said of a pair, whichever of the two stands first."""
        return next(one for one in self.said if {one.first, one.second} == {first, second})


def said_of(first: str, second: str, versions: Sequence[Version]) -> Said:
    """Say what was said of a pair."""
    last = versions[-1] if versions else None
    gave = (one.look for one in last.looks if one.rejected or one.equivalent) if last else iter(())
    return Said(
        first=first,
        second=second,
        verdict=(last.verdict if last else Verdict.NOT_YET).value,
        look=next(gave, 0),
        looks=len(last.looks) if last else 0,
        versions=len(versions),
        corrections=sum(Cause.CORRECTION in one.causes for one in versions),
        ever=tuple(dict.fromkeys(one.verdict.value for one in versions)),
    )


def failures(found: Sequence[Played]) -> Iterator[str]:
    """Yield what is not as it has to be."""
    false, count = sum(one.false for one in found), len(found)
    if false > floor(MOST_FALSE * count):
        yield f"{false} of {count} seasons with a false claim"
    early = sum(0 < one.of(*PAIRS["better"]).look <= BY_LOOK for one in found)
    if early < ceil(LEAST_SUPPORTED * count):
        yield f"the better pair was told in {early} of {count} seasons by look {BY_LOOK}"
    checks: dict[str, list[object]] = {
        "claims on record that are not derived again": [one.differing for one in found],
        "a registry of an earlier day that came out otherwise": [one.changed for one in found],
        "rounds left out for another cause than the true one": [one.wrong_causes for one in found],
        "no registry of an earlier day": [not one.remembered for one in found],
        "no correction of a look": [not any(each.corrections for each in one.said) for one in found],
    }
    for what, seasons in checks.items():
        if bad := sum(bool(one) for one in seasons):
            yield f"{bad} of {count} seasons: {what}"


def told(found: Sequence[Played]) -> str:
    """Write the table, what was checked, and what failed."""
    rows = [row(name, [one.of(*pair) for one in found]) for name, pair in PAIRS.items()]
    columns = (
        "pair",
        "true gap",
        "decided by look 1",
        "2",
        "3",
        "4",
        "supported",
        "equivalent",
        "not yet",
        "false",
    )
    checked = (
        f"{len(found)} seasons of {ROUNDS} rounds, {sum(one.events for one in found):,} events: "
        f"{sum(one.false for one in found)} with any false claim; "
        f"{sum(each.versions for one in found for each in one.said):,} versions on record, "
        f"{sum(each.corrections for one in found for each in one.said):,} of them corrections; "
        f"{sum(one.remembered for one in found)} registries of earlier days, "
        f"{sum(one.changed for one in found)} came out otherwise"
    )
    failed = [f"FAILS: {one}" for one in failures(found)] or ["ok"]
    return "\n".join([table(columns, rows), "", checked, *failed])


def row(name: str, said: Sequence[Said]) -> tuple[str, ...]:
    """Return a pair's row."""
    looks, verdicts = Counter(one.look for one in said), Counter(one.verdict for one in said)
    gap = abs(planted.true_gap(*PAIRS[name]))
    differs = verdicts[Verdict.SUPPORTED.value] + verdicts[Verdict.REFUTED.value]  # whichever stands first
    counts = (differs, verdicts[Verdict.EQUIVALENT.value], verdicts[Verdict.NOT_YET.value])
    return (
        name,
        f"{gap:g}",
        *(str(looks[number]) for number in range(1, 5)),
        *map(str, counts),
        str(sum(one.false for one in said)),
    )
