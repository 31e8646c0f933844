"""Answer a question about every entrant, or one, and about every two of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from nab.actions.bench import Bench
from nab.actions.claims import answers as claims
from nab.actions.questions import auditing, energy, measuring, records, telling
from nab.actions.results import asking as store
from nab.results.claims import explanation, standing
from nab.results.claims.documents import Claim, FamilyTold
from nab.results.detectors import audit
from nab.results.questions import answer, catalogue, points
from nab.results.questions.answer import Answer, Kind
from nab.results.questions.studied import Studied


def answers(bench: Bench, question: str, entrant: str = "") -> list[Answer]:
    """Return the answers to a question. Raises NabError for a question, or an entrant, that there is not."""
    name = catalogue.named(question)
    if name == catalogue.BETTER:
        return list(better(bench))
    found = [answered(name, one) for one in studied(bench, entrant)]
    return [*found, *catalogue.pairs(found)]


def answered(name: str, one: Studied) -> Answer:
    """Answer a question about a run."""
    if name == catalogue.POINTS:
        return points.answer(one, measuring.of_run(one))
    return catalogue.OF_RUNS[name].answered(one)


def studied(bench: Bench, entrant: str = "") -> Iterator[Studied]:
    """Yield the newest run of every entrant, or of one, with what the log tells of it."""
    names = records.find(bench, entrant)
    cases = {name: auditing.cases(bench.config.repository, name) for name in audit.VERSIONS}
    audited = {name: audit.performance(name, found) for name, found in cases.items()}
    real = {name: audit.of_real(name, found) for name, found in cases.items()}
    with store.opened(bench) as connection:
        for name in names:
            run = records.of_run(bench, connection, name)
            joules = energy.joules(records.asker(connection, name)(energy.GPUS))
            told = msgspec.structs.replace(telling.told(bench, run), joules=joules)
            yield Studied(run, told, audited, real)


def better(bench: Bench) -> Iterator[Answer]:
    """Yield what the registered claims say: they are the primary ones."""
    derived = claims.derive(bench)
    registry = claims.registry(bench, derived)
    families = {one.name: one for one in registry.families}
    for one in registry.claims:
        yield of_claim(one, families[one.family], " and ".join(explanation.members(registry, one)))


def of_claim(one: Claim, family: FamilyTold, about: str) -> Answer:
    """Tell a claim as an answer."""
    now = one.now
    seqs = tuple(f"event {each.seq}" for line in one.history for each in line.recorded)
    when = standing.next_look_words(one.next_look)
    sure = f"{now.n} shared rounds, worth {now.n_eff:.1f} independent ones"
    if now.n:
        sure += f"; difference {standing.number(now.estimate)}, band {standing.interval(now.band)}"
    return Answer(
        question=catalogue.BETTER,
        about=about,
        run=one.id,
        kind=Kind.PRIMARY,
        verdict=one.verdict,
        line=f"{one.statement} {explanation.VERDICTS[one.verdict]}",
        sure=sure,
        why=(f"registered by event {family.seq} before its first score; next look {when}",),
        evidence=seqs or (f"event {family.seq}",),
    )


def show(question: str, found: list[Answer]) -> str:
    """Write answers for a terminal: the question, and each answer below it."""
    parts = [catalogue.ASKS[question], *(answer.written(one) for one in found)]
    if not found:
        parts.append("nothing can be said: no family is registered (docs/claims.md)")
    return "\n\n".join(parts)
