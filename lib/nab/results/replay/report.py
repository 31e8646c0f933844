"""What make replay says of a look: who is better in a sentence a pair, how sure that is, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping

from nab.core.facts import PairLooked, RunLooked
from nab.core.text.counts import number_of
from nab.results.replay.comparison import LEAKED, Finding
from nab.results.statistics import overlap

WHY_NOT = {
    LEAKED: "what is sealed leaked to one of them",
    overlap.TOO_FEW: f"fewer than {overlap.FEWEST} sealed eras with a score of both",
    overlap.IDENTICAL: "they predicted the same in every era",
    overlap.DEGENERATE: "their difference never changes, which is no noise of a market",
}
HEADS = ("run", "eras", "mean", "from", "to", "n_eff", "leaks")


def sentence(one: PairLooked, names: Mapping[str, str], metric: str) -> str:
    """Say in plain words what was found of a pair."""
    first, second = (names.get(run, run) for run in (one.first, one.second))
    if one.finding == Finding.NOT_TESTED:
        return f"{first} and {second} were not tested: {WHY_NOT.get(one.why, one.why)}."
    sure = (
        f"{signed(one.mean)} {metric} an era, 95% interval {signed(one.low)} to {signed(one.high)},"
        f" p {one.p:.3f} in the family"
    )
    over = f"over {one.n} sealed eras, which tell as much as {one.n_eff:.1f} independent ones"
    if one.finding == Finding.NOT_TOLD_APART:
        return f"{first} and {second} could not be told apart: {sure}; {over}."
    better, worse = (first, second) if one.finding == Finding.BETTER else (second, first)
    return f"This run of {better} did better than this run of {worse}: {sure} ({first} - {second}); {over}."


def row(one: RunLooked, name: str) -> tuple[str, ...]:
    """Return a run's line of the table; a mean of too few eras has no interval."""
    interval = (signed(one.low), signed(one.high)) if one.low < one.high else ("-", "-")
    leaks = ", ".join(dict.fromkeys(leak.way for leak in one.leaks)) or "none found"
    return (name, str(one.n), signed(one.mean), *interval, f"{one.n_eff:.1f}", leaks)


def signed(value: float) -> str:
    """Write a score."""
    return f"{value:+.4f}"


def closing(first: int, last: int, hypotheses: int) -> str:
    """Say what holds of all of it."""
    pairs = number_of(hypotheses, "pair")
    return (
        f"This was the one look at {pairs} on the sealed eras {first} to {last}: the chance of any false sentence above"
        " is at most 5 %. It is about these runs on past eras, and is never pooled with live rounds."
    )
