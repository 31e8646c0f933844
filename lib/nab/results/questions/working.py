"""How an agent works: its first artifact, processes left behind, silent failures, effort, what it used, its misses."""

from __future__ import annotations

from collections import Counter

from nab.results.detectors.effort import Effort
from nab.results.questions.answer import NOT_ON_RECORD, Answer, Kind, count, distinct, minutes
from nab.results.questions.studied import Owed, Studied

VERIFIED, MISSED = "verified", "missed"


def first(one: Studied) -> Answer:
    """Time to the first verified artifact."""
    at = one.told.artifact_at
    if at is None:
        verdict, line = "pending", "none of what it made has been verified yet"
        why: tuple[str, ...] = (f"{count(len(one.run.submissions), 'submission')} so far",)
    else:
        verdict = "verified"
        line = f"its first artifact that was later verified took {minutes(one.worked(at))} of work"
        why = (f"{minutes(at - one.run.began)} of wall time; when its window came is the calendar's doing",)
    return Answer(
        question="first",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict=verdict,
        line=line,
        sure="exact, by the history of the workspace to a minute, and by Numerai's own list",
        why=why,
        evidence=one.told.artifact,
        detectors=one.by("effort"),
    )


def leftovers(one: Studied) -> Answer:
    """Leftover processes."""
    found = one.told.leftovers
    hours = sum(each.seconds for each in found)
    cpu = sum(each.cpu_seconds or 0.0 for each in found)
    alive = sum(not each.ended for each in found)
    line = (
        f"it left {count(len(found), 'process', 'processes')} running after their sessions"
        if found
        else "it left nothing running"
    )
    return Answer(
        question="leftovers",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict="left" if found else "none",
        line=line,
        sure="exact counts; a later session is "
        + ("told of them" if one.told.told_leftovers else "not told of them"),
        why=(
            f"{minutes(hours)} together, {cpu:.0f} CPU seconds, {alive} still there, "
            f"{count(one.told.leftover_submissions, 'submission')} made by them",
            *(each.argv for each in found[:3]),
        ),
        evidence=distinct(each.id for each in found),
    )


def silent(one: Studied) -> Answer:
    """Silent failures."""
    found = one.silences
    kinds = Counter(each.kind for each in found)
    noticed = [each for each in found if each.noticed_at is not None]
    longest = max((each.iterations for each in found), default=0)
    line = (
        f"{count(len(found), 'silent failure')}, {len(noticed)} noticed"
        if found
        else "no silent failure was found"
    )
    why = [f"{number} x {kind}" for kind, number in sorted(kinds.items())]
    why += [f"{longest} iterations in a row came to nothing"] if longest else []
    why += [
        f"noticed after {minutes((each.noticed_at or each.at) - each.at)}, in {each.noticed}"
        for each in noticed[:3]
    ]
    return Answer(
        question="silent",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict="found" if found else "none",
        line=line,
        sure="as sure as its detectors are; what leaves no word in a record is not found",
        why=tuple(why)
        or ("neither metrics that are nothing, nor success over an error, nor work without a trace",),
        evidence=distinct(place for each in found for place in (*each.evidence, each.noticed)),
        detectors=one.by("silence", "metrics"),
    )


def efforts(one: Studied) -> Answer:
    """Where its time went."""
    found, wall = one.effort, max(0.0, one.run.until - one.run.began)
    most = max(found, key=lambda kind: found[kind])
    line = f"most of its {minutes(wall)} was {most}" if wall else "it has not begun"
    return Answer(
        question="effort",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict=most.value if wall else NOT_ON_RECORD,
        line=line,
        sure=f"the parts add up to {sum(found.values()):.0f} of {wall:.0f} s of wall time",
        why=tuple(f"{kind}: {seconds:.0f} s" for kind, seconds in found.items() if seconds > 0)
        or ("no time",),
        detectors=one.by("effort"),
    )


def efficiency(one: Studied) -> Answer:
    """Compute and energy."""
    told = one.told
    final = sum(each.percentile is not None for each in told.owed)
    active = sum(
        one.effort[kind]
        for kind in (Effort.THINKING, Effort.TRAINING, Effort.TOOL, Effort.WINDOW, Effort.IDLE)
    )
    parts = [
        ("CPU seconds", told.cpu_seconds),
        ("GPU seconds", told.gpu_seconds),
        ("joules of its GPUs", told.joules),
        ("tokens", float(told.tokens) if told.tokens else None),
        ("US dollars", told.usd),
        ("active hours", active / 3600),
    ]
    each = [
        f"{value / final:.4g} {name}" if final else f"{value:.4g} {name}"
        for name, value in parts
        if value is not None
    ]
    missing = [name for name, value in parts if value is None]
    per = f"for each of {count(final, 'final round')}" if final else "so far, and no round is final"
    return Answer(
        question="efficiency",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict="counted",
        line=f"it used {', '.join(each)} {per}",
        sure="counted, not estimated; scores over costs are shown side by side and never as a ratio",
        why=(f"{NOT_ON_RECORD}: {', '.join(missing)}",) if missing else ("everything is on record",),
        detectors=one.by("effort"),
    )


def misses(one: Studied) -> Answer:
    """Misses by cause, and reconciliation after the window."""
    owed = one.told.owed
    missed = [each for each in owed if each.status == MISSED]
    causes = Counter(each.cause or "no cause known" for each in missed)
    corrected = [each for each in owed if each.corrected_from]
    line = (
        f"it missed {len(missed)} of {count(len(owed), 'round')}: "
        + ", ".join(f"{number} by {cause}" for cause, number in sorted(causes.items()))
        if missed
        else f"it missed none of {count(len(owed), 'round')}"
    )
    return Answer(
        question="misses",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict="missed" if missed else "none",
        line=line,
        sure=f"exact; {count(len(corrected), 'outcome')} turned out differently after the window",
        why=tuple(words(each) for each in [*missed, *corrected][:10])
        or ("every owed round has a submission",),
        evidence=distinct(place for each in [*missed, *corrected] for place in each.evidence),
    )


def words(one: Owed) -> str:
    """Tell a miss or a correction."""
    said = f"round {one.round}: {one.status}" + (f", by {one.cause}" if one.cause else "")
    if one.corrected_from:
        said += f"; {one.corrected_from} was said before, for {minutes(one.corrected_seconds)}"
    return said
