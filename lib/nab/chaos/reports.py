"""What a campaign found, as a file for programs and as sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from nab.chaos.faults import COUNTED
from nab.core.text.counts import number_of

SURVIVED, PARTLY, FAILED, SKIPPED = "survived", "survived in part", "FAILED", "not tried"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one fault. `left_out` says why so many of its tests did not run: it is then survived in part."""

    id: str
    says: str
    promise: str
    result: str
    passed: int
    failed: int
    seconds: float
    left_out: dict[str, int] = {}
    counts: str = ""
    missing: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def why_not(self) -> str:
        """Say what of it was not tried, and why."""
        told = [f"{number_of(count, 'test')}: {why}" for why, count in self.left_out.items()]
        return "; ".join([*told, *filter(None, [self.missing])])


class Kills(msgspec.Struct, frozen=True, kw_only=True):
    """What a loop of kills did: how many, what was acknowledged, what of that was lost, seconds until work went on."""

    fault: str
    what: str
    kills: int
    acknowledged: int
    lost: int
    recoveries: tuple[float, ...] = ()
    trouble: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign: when, by which command, on which machine, what became of every fault."""

    at: str
    command: str
    machine: str
    seconds: float
    faults: tuple[Verdict, ...]
    kills: tuple[Kills, ...] = ()

    def count(self, *results: str) -> int:
        return sum(one.result in results for one in self.faults)

    @property
    def tried(self) -> int:
        return len(self.faults) - self.count(SKIPPED)

    @property
    def survived(self) -> int:
        return self.count(SURVIVED, PARTLY)

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.kills)

    @property
    def is_clean(self) -> bool:
        return not self.count(FAILED) and not self.lost

    def counted(self, what: str) -> tuple[int, int]:
        """Return how many cases of that kind were tried, and how many of them ended as promised."""
        own = [one for one in self.faults if one.counts == what]
        return sum(one.passed + one.failed for one in own), sum(one.passed for one in own)


def percentile(values: Iterable[float], part: float) -> float | None:
    """Return the value below which that part of them lies; none where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


def figures(report: Report) -> list[tuple[str, str]]:
    """Tell the figures of a campaign."""
    recoveries = [one for kills in report.kills for one in kills.recoveries]
    p50, p99 = (percentile(recoveries, part) for part in (0.5, 0.99))
    loops = [
        (f"kills of {one.what}", f"{one.kills:,}; {one.acknowledged:,} acknowledged, {one.lost} lost")
        for one in report.kills
    ]
    kinds = [(what, report.counted(what)) for what in COUNTED]
    return [
        ("faults", f"{len(report.faults)} listed, {report.tried} tried, {report.survived} survived"),
        ("of those only in part here", f"{report.count(PARTLY)}"),
        ("not tried here", f"{report.count(SKIPPED)}"),
        ("cases", f"{sum(one.passed + one.failed for one in report.faults):,}"),
        *((what, f"{tried:,} tried, {held:,} ended as promised") for what, (tried, held) in kinds),
        *loops,
        ("acknowledged events lost", f"{report.lost}" if report.kills else "no loop of kills was run"),
        *(
            [("until work went on after a kill", f"p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms")]
            if p50 is not None and p99 is not None
            else []
        ),
    ]


def rows(faults: Sequence[Verdict]) -> list[tuple[str, ...]]:
    """Tell every fault in a line."""
    return [
        (one.id, one.says, one.promise, one.result, str(one.passed + one.failed), one.why_not)
        for one in faults
    ]


def markdown(titles: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Lay a table out as Markdown."""
    cells = [titles, ["---"] * len(titles), *lines]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in cells)


def document(report: Report) -> str:
    """Tell a campaign as a part of a page."""
    return (
        f"`{report.command}`, {report.at}, {report.machine}; {report.seconds / 60:.1f} minutes.\n\n"
        + markdown(("", ""), figures(report))
        + "\n"
        + markdown(
            ("", "what happens", "what is promised", "", "cases", "not tried here"), rows(report.faults)
        )
    )
