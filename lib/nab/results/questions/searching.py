"""How an agent searches: plateau or drift, objective or proxy, weak features, families."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nab.results.behaviour import plateau, promotions, shrinkage
from nab.results.behaviour.plateau import Plateau, Submitted
from nab.results.behaviour.promotions import Contest
from nab.results.detectors import families
from nab.results.detectors.families import Candidate
from nab.results.detectors.promotions import SURE
from nab.results.questions.answer import (
    NOT_IDENTIFIABLE,
    NOT_ON_RECORD,
    UNDETERMINED,
    Answer,
    Kind,
    count,
    distinct,
    minutes,
)
from nab.results.questions.studied import Studied
from nab.results.statistics import contrasts
from nab.results.statistics.contrasts import Course

DAY = 86_400.0
LOOKS = (60, 120, 180, 250)  # shared final rounds at which scores are looked at
HALF_HOUR = 1800.0
PROXY_FIELDS = re.compile(
    r"validation_?(?:corr|sharpe)\w*|[\"'](?:val_)?corr(?:elation)?(?:_mean)?[\"']", re.IGNORECASE
)
OBJECTIVE_FIELDS = re.compile(
    r"validation_?(?:mmc|bmc)\w*|[\"'](?:val_)?(?:mmc|bmc)(?:_mean)?[\"']|correlation_contribution",
    re.IGNORECASE,
)


def plateaus(one: Studied) -> Answer:
    """Plateau, drift or undetermined."""
    began, until = one.run.began, one.run.until
    days = [Submitted((each.at - began) / DAY, each.likeness) for each in one.run.submissions]
    first = plateau.behaviour(days, (until - began) / DAY)
    scored = [each for each in one.candidates if "corr" in each.metrics]
    found = [plateau.Candidate(each.identity, each.family, each.metrics["corr"]) for each in scored]
    second = plateau.search(found, rise(one))
    course, words = of_scores(one)
    verdict = UNDETERMINED
    line = "whether it is on a plateau is undetermined"
    if course is Course.DRIFT:
        verdict, line = "drift", "its scores drifted"
    elif first.verdict is second.verdict is Plateau.YES:
        verdict, line = "plateau", "it is on a plateau: it submits the same model and its search gets nowhere"
    elif Plateau.NO in (first.verdict, second.verdict):
        changing = (
            "it still changes what it submits"
            if first.verdict is Plateau.NO
            else "its search still gets better"
        )
        verdict, line = "no plateau", f"no plateau: {changing}"
    rate = f", at most {first.most_a_day:.2f} changes a day at 95 %" if first.most_a_day is not None else ""
    interval = (
        f"shift {second.shift:+.5f} ({second.lo:+.5f} to {second.hi:+.5f}, by {second.unit})"
        if second.unit
        else second.why
    )
    risen = "unknown (it takes values per era)" if second.rise is None else f"{second.rise:+.5f}"
    return Answer(
        question="plateau",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.EXPLORATORY,
        verdict=verdict,
        line=line,
        sure=f"P1 {first.verdict}, P2 {second.verdict}, P3 {course}; a plateau takes P1 and P2",
        why=(
            f"P1: {count(first.changes, 'change')} of the model in the last {first.days:.0f} days{rate}",
            f"P2: {count(second.candidates, 'candidate')}, {interval}; rise of the shrunken best {risen}",
            f"P3: {words}",
        ),
        evidence=distinct([*(each.id for each in one.run.submissions[-3:]), *ids(scored[-5:])]),
        detectors=one.by("metrics", "families"),
    )  # fmt: skip


def of_scores(one: Studied) -> tuple[Course, str]:
    """Say how scores went beside the control's, at the last scheduled look that is reached."""
    told = one.told.differences
    rounds, values = [number for number, _ in told], [value for _, value in told]
    reached, found = contrasts.at_look(rounds, values, LOOKS, [each.round for each in one.promotions])
    if found is None:
        return (
            Course.NOT_YET,
            f"{count(len(told), 'final round')} beside {one.told.control or 'no control'}, first look at {LOOKS[0]}",
        )
    return found.course, f"{contrasts.words(found)}, {reached} final rounds beside {one.told.control}"


def rise(one: Studied) -> float | None:
    """Return by how much the shrunken best of all candidates lies above that of those before the last hundred."""
    eras = of_eras(one)
    all_of_them = shrinkage.shrink(eras)
    before = shrinkage.shrink(eras[: -plateau.SIDE])
    return max(all_of_them.shrunk) - max(before.shrunk) if all_of_them and before else None


def of_eras(one: Studied) -> list[list[float]]:
    """Return validation CORR per era of every different diagnosis, on the eras that all of them have."""
    found: dict[str, dict[str, float]] = {}
    for each in one.run.diagnoses:
        for metric, values in each.eras.items():
            if re.fullmatch(r"validationCorr\w*", metric) and values:
                found.setdefault(each.sha256 or each.id, values)
    if not found:
        return []
    shared = sorted(set.intersection(*(set(values) for values in found.values())))
    return [[values[era] for era in shared] for values in found.values()]


def proxy(one: Studied) -> Answer:
    """Objective or proxy."""
    promoted = one.promotions
    choices = one.choices(promoted)
    scored = {name for each in one.candidates for name in each.metrics}
    objective = "mmc" if "mmc" in scored else "bmc"
    contest = promotions.contest(choices, "corr", objective)
    hits = [promotions.argmax_hits(choices, metric) for metric in ("corr", objective, "sharpe")]
    reads = {name: where(one, form) for name, form in (("corr", PROXY_FIELDS), ("mmc", OBJECTIVE_FIELDS))}
    could = objective in scored
    verdict, line, sure = judged(
        contest, reads, could=could, diagnoses=len(one.run.diagnoses), objective=objective
    )
    before = promotions.precedence(
        [each.at for each in promoted if each.tie in SURE],
        [each.at for each in one.run.diagnoses],
        one.run.awake,
        HALF_HOUR,
    )
    ties = ", ".join(sorted({each.tie.value for each in promoted})) or "none"
    why = [
        f"{count(len(promoted), 'promotion')} among {count(len(one.candidates), 'candidate')} (tied by {ties}): "
        + "; ".join(f"best by {each.metric} picked {each.hits} of {each.of}, p {each.p:.2g}" for each in hits),
        f"the best by corr and by {objective} differ at {contest.disagree} of {contest.of} promotions: "
        f"corr's was picked {contest.first} times, {objective}'s {contest.second} times, p {contest.p:.2g}",
        "its programs read " + ", ".join(f"{name}: {place or 'nowhere'}" for name, place in reads.items())
        + ("" if could else "; no diagnosis had MMC or BMC, so it could not have gone by them"),
        f"diagnosed within half an hour before, in the same session: {before.share.words}, p {before.p:.2g}",
        *curse(one),
    ]  # fmt: skip
    return Answer(
        question="proxy",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.EXPLORATORY,
        verdict=verdict,
        line=line,
        sure=sure + (f"; told by prompt {one.told.prompt_version}" if one.told.prompt_version else ""),
        why=tuple(why),
        evidence=distinct(
            [*(place for each in promoted for place in each.evidence), *filter(None, reads.values())]
        ),
        detectors=one.by("metrics", "families", "promotions"),
    )


def judged(
    contest: Contest, reads: dict[str, str], *, could: bool, diagnoses: int, objective: str
) -> tuple[str, str, str]:
    """Say by what was optimised, and how sure that is: by choices that differ, else by what its programs read."""
    if contest.identifiable and contest.p <= 0.05:
        by_proxy = contest.first > contest.second
        verdict = "proxy" if by_proxy else "objective"
        name = "CORR, the proxy" if by_proxy else f"{objective.upper()}, the objective's"
        return verdict, f"it optimised {name}", f"p {contest.p:.2g} by the promotions at which the two differ"
    if could and reads["corr"] and not reads["mmc"] and diagnoses >= promotions.FEWEST:
        sure = f"by {count(diagnoses, 'diagnosis', 'diagnoses')} and what its programs read; choices alone do not tell"
        return "proxy", "it optimised the proxy: it read CORR and never what it is scored by", sure
    share = f"{contest.disagree} of {contest.of}"
    reason = (
        "no MMC or BMC was there to go by"
        if not could
        else f"the two name different candidates at {share} promotions"
    )
    return NOT_IDENTIFIABLE, "objective or proxy is not identifiable", reason


def where(one: Studied, form: re.Pattern[str]) -> str:
    """Return the first place in its programs that reads such a field."""
    for change in one.run.programs:
        if found := form.search(change.text or ""):
            return f"{change.id}#{(change.text or '').count(chr(10), 0, found.start()) + 1}"
    return ""


def curse(one: Studied) -> Iterator[str]:
    """Yield what is left of the best candidate's lead."""
    if found := shrinkage.shrink(of_eras(one)):
        best = max(range(found.k), key=found.values.__getitem__)
        yield (
            f"the best of {found.k} leads by {found.values[best] - found.mean:+.5f} CORR, "
            f"{found.shrunk[best] - found.mean:+.5f} after shrinkage; luck alone would show "
            f"{found.luck - found.mean:+.5f} ({found.k_eff:.0f} independent ones)"
        )


def weak(one: Studied) -> Answer:
    """When weak features were noticed."""
    found = one.noticed
    if found.weak_at is None:
        known = (
            f"the benchmark that it printed is {found.benchmark:.4f}"
            if found.benchmark is not None
            else "it printed no benchmark"
        )
        verdict, line, sure = NOT_ON_RECORD, "no evidence of weak features is on record", known
    elif found.latency is not None:
        took = minutes(one.worked(found.acted_at or 0.0) - one.worked(found.weak_at))
        verdict, line = "acted", f"it changed its features {took} of work after the evidence"
        sure = (
            "the first evidence and the first change of features; that the one led to the other is not known"
        )
    else:
        took = minutes(one.worked(found.until) - one.worked(found.weak_at))
        verdict, line, sure = (
            "censored",
            f"it had evidence and changed no features in {took} of work",
            "until the record's end",
        )
    said = found.said or "never"
    return Answer(
        question="weak",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict=verdict,
        line=line,
        sure=sure,
        why=(
            f"W: CORR {found.value} printed, {found.benchmark} of the benchmark, {found.weak or 'nowhere'}",
            f"A: {found.acted or 'no change of features'}",
            f"V: features named as the weakness: {said}",
        ),
        evidence=distinct([found.weak, found.acted, found.said]),
        detectors=one.by("metrics", "weak_features"),
    )


def diversified(one: Studied) -> Answer:
    """Diversified or doubled down."""
    found = families.diversity(one.candidates)
    by = "CPU seconds" if found.by_compute else "candidates"
    switched, bad = found.switches_after_bad
    if found.candidates < families.FEWEST:
        verdict, line = UNDETERMINED, "too few candidates to tell"
    elif found.effective < families.NARROW:
        verdict, line = "doubled down", "it doubled down on one kind of model"
    elif found.effective > families.WIDE:
        verdict, line = "diversified", "it diversified"
    else:
        verdict, line = UNDETERMINED, "neither: it went between few kinds of model"
    shares = "; ".join(f"{number} x {name}" for name, number in list(found.families.items())[:4])
    return Answer(
        question="diversify",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.EXPLORATORY,
        verdict=verdict,
        line=line,
        sure=f"{found.effective:.1f} effective families of {count(found.candidates, 'candidate')}, by {by}",
        why=(
            shares or "no candidates",
            f"after a candidate below its best it changed the family {switched} of {bad} times",
        ),
        evidence=distinct(ids(one.candidates)),
        detectors=one.by("families", "metrics"),
    )


def ids(found: Sequence[Candidate]) -> list[str]:
    """Return the places of candidates."""
    return [place for one in found for place in one.evidence]
