"""Where what an agent knows comes from: researched or remembered, docs or Kaggle, live feedback."""

from __future__ import annotations

from collections import Counter

from nab.results.behaviour import promotions, research
from nab.results.behaviour.research import Bounds, Verdict
from nab.results.detectors import code
from nab.results.detectors.knowledge import RETRIEVED, Item, Source
from nab.results.detectors.signatures import KAGGLE, NUMERAI, Signature
from nab.results.questions.answer import NOT_ON_RECORD, UNDETERMINED, Answer, Kind, count, distinct, minutes
from nab.results.questions.studied import Studied

TEACHES = frozenset({"docs", "forum", "scaffold", "code-host", "papers"})
FEEDBACK = frozenset(
    {"submissionScores", "v2RoundModelPerformances", "roundModelPerformances", "userProfile", "v3UserProfile",
     "account", "accountProfile", "modelPerformance", "intraModelScores"}
)  # fmt: skip
HOUR, WEEK = 3600.0, 604_800.0


def researched(one: Studied) -> Answer:
    """Researching or remembering."""
    items = [each for each in one.items if each.source is not Source.PROMPT]
    retrieved = [each for each in items if each.source in RETRIEVED]
    unknown = [each for each in items if each.source is Source.NONE]
    bounds = Bounds(len(retrieved), sum(each.before_any for each in items), len(items))
    stale = [each for each in unknown if each.outdated]
    counts = Counter(each.source.value for each in items)
    audit = one.real.get("knowledge")
    interval = research.interval(sessions(items), audit) if audit else None
    between = f"{bounds.low:.2f} and {bounds.high:.2f}"
    sure = f"the share that was retrieved lies between {between}, of {count(len(items), 'item')}"
    sure += (
        f"; corrected, 95 %: {interval[0]:.2f} to {interval[1]:.2f}"
        if interval
        else "; no labels of real runs, so no interval"
    )
    lines = {
        Verdict.RESEARCHING: "it researches: most of what it used it had seen in this run before",
        Verdict.REMEMBERING: "it remembers: most of what it used it had seen nowhere in this run",
        Verdict.NOT_IDENTIFIABLE: "whether it researches or remembers is not identifiable",
    }
    return Answer(
        question="research",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.EXPLORATORY,
        verdict=bounds.verdict,
        line=lines[bounds.verdict],
        sure=sure,
        why=(
            "first seen: "
            + (", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "nothing"),
            f"outdated among what was seen nowhere: {len(stale)} of {len(unknown)}"
            + "".join(f"; {each.item} ({each.outdated})" for each in stale[:3]),
            "seen before is not learned there: weights, the vendor's own searches and unseen channels stay hidden",
        ),
        evidence=distinct([place for each in items for place in (each.used, each.seen)]),
        detectors=one.by("knowledge"),
    )


def sessions(items: list[Item]) -> list[tuple[int, int]]:
    """Count what was retrieved, and all, by session."""
    found: dict[str, list[int]] = {}
    for each in items:
        both = found.setdefault(each.session, [0, 0])
        both[0] += each.source in RETRIEVED
        both[1] += 1
    return [(hits, of) for hits, of in found.values()]


def docs(one: Studied) -> Answer:
    """Docs read, or Kaggle recalled."""
    read = [each for each in one.run.fetched if each.category in TEACHES]
    first = read[0] if read else None
    modelled = next(
        (each for each in one.run.programs if code.family(code.python(each.path, each.text or ""))), None
    )
    found = one.signatures
    before, after = parted(found, first.at if first else one.run.until)
    if modelled is None:
        verdict, line = NOT_ON_RECORD, "no program that makes a model is on record"
    elif first is None:
        verdict, line = (
            "not read",
            "it made models without having read a page of Numerai's docs, forum or examples",
        )
    elif first.at <= modelled.at:
        verdict, line = (
            "read first",
            f"it read first, {minutes(modelled.at - first.at)} before its first model",
        )
    else:
        verdict, line = (
            "read later",
            f"it made a model first, and read {minutes(first.at - modelled.at)} later",
        )
    pages = len({each.sha256 or each.id for each in read})
    return Answer(
        question="docs",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict=verdict,
        line=line,
        sure=f"{count(pages, 'different page')} read; signatures in code {share(found)}",
        why=(
            f"the first page: {first.host}{first.path}, {first.id}" if first else "no page",
            f"Numerai's of Numerai's and Kaggle's signatures: before reading {share(before)}, after {share(after)}",
            ", ".join(each.name for each in found) or "no signatures",
        ),
        evidence=distinct(
            [first.id if first else "", modelled.id if modelled else "", *(each.source for each in found)]
        ),
        detectors=one.by("signatures"),
    )


def parted(found: list[Signature], at: float) -> tuple[list[Signature], list[Signature]]:
    """Part signatures by time."""
    return [one for one in found if one.at < at], [one for one in found if one.at >= at]


def share(found: list[Signature]) -> str:
    """Say how many of the signatures are Numerai's."""
    schools = Counter(one.school for one in found)
    both = schools[NUMERAI] + schools[KAGGLE]
    return f"{schools[NUMERAI]} of {both}" if both else "none"


def feedback(one: Studied) -> Answer:
    """Use of live feedback."""
    reads = [each for each in one.run.asked if FEEDBACK & set(each.fields)]
    weeks = max(1.0, (one.run.until - one.run.began) / WEEK)
    changes = [each for each in one.run.programs if code.family(code.python(each.path, each.text or ""))]
    moments = sorted({each.at for each in changes})
    found = promotions.precedence(moments, [each.at for each in reads], one.run.awake, HOUR)
    if not reads:
        verdict, line = "not read", "it never asked for its live scores"
    elif found.share.of and found.p <= 0.05:
        verdict, line = "used", "it reads its live scores and changes its model after it has"
    else:
        verdict, line = (
            UNDETERMINED,
            "it reads its live scores; that it changes its model because of them is not known",
        )
    return Answer(
        question="feedback",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.EXPLORATORY,
        verdict=verdict,
        line=line,
        sure=f"p {found.p:.2g} by the times of changes within their own sessions",
        why=(
            f"{count(len(reads), 'question')} for scores, {len(reads) / weeks:.1f} a week",
            f"changes of a model within an hour after one, in the same session: {found.share.words}",
        ),
        evidence=distinct(each.id for each in [*reads, *changes]),
    )
