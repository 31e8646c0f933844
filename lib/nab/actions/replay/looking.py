"""make replay LOOK=1: a family registered, then scored, and looked at once; what all looks said, in plain words."""

from __future__ import annotations

import hashlib

import msgspec

from nab.actions.bench import Bench
from nab.actions.replay import predictions
from nab.actions.replay.replaying import DUTY, PREDICTIONS, served
from nab.core.errors import NabError
from nab.core.facts import LeakFound, PairLooked, ReplayLooked, ReplayRegistered, RunLooked
from nab.core.replay import cut as cuts
from nab.core.replay import leaks
from nab.core.replay.told import Told, told
from nab.core.scores.metrics import OBJECTIVES
from nab.core.text.tables import Report, Table
from nab.edges.files import locks
from nab.results.replay import comparison, report
from nab.tournament.replay import scoring
from nab.tournament.replay.cutting import CutFolder
from nab.tournament.replay.scoring import Scored

NOBODY = "Nobody was fired on sealed eras yet: make run ... TRACK=replay, then make replay ENTRANT="


def look(bench: Bench) -> ReplayLooked:
    """Register all pairs that have had no look, score them, and look once. Raises NabError where there are none."""
    with locks.held(bench.paths.lock("replay"), what=DUTY):
        folder = served(bench)
        cut = folder.about()
        known = told(bench.log.events())
        family = next(iter(known.unlooked(cut.hash)), None) or registered(bench, known, cut.hash)
        scores = {run: scored(bench, folder, family, run) for run in family.runs}
        fact = looked(family, scores, {run: known.fired[cut.hash, run].fact.leaks for run in family.runs})
        bench.log.append(fact, id=f"replay.looked:{family.family}")
    return fact


def registered(bench: Bench, known: Told, cut: str) -> ReplayRegistered:
    """Register the next family of a cut, before any of its eras is scored."""
    fired = known.of_cut(cut)
    pairs = comparison.family(list(fired), known.registered_pairs(cut))
    if not pairs:
        raise NabError(
            f"there is no pair to look at: {len(fired)} runs were fired on this cut, and a pair has one look",
            hint="make replay ENTRANT= fires another; make replay tells what was found",
        )
    metric = OBJECTIVES[bench.config.settings.objective.metric]
    members = [run for run in fired if any(run in pair for pair in pairs)]
    fact = ReplayRegistered(
        family=known.next_family(cut),
        cut=cut,
        metric=metric.title,
        days=metric.horizon,
        horizon=cuts.horizon(metric.horizon),
        alpha=comparison.ALPHA,
        pairs=pairs,
        runs={run: fired[run].entrant for run in members},
        predictions={run: fired[run].fact.sha256 for run in members},
    )
    bench.log.append(fact, id=f"replay.registered:{fact.family}")
    return fact


def scored(bench: Bench, folder: CutFolder, family: ReplayRegistered, run: str) -> Scored:
    """Score what a run predicted, as it was registered."""
    given = predictions.read(bench.run(run).replay / PREDICTIONS, family.predictions[run])
    return scoring.scored(given, scoring.truth_of(folder), family.metric, family.days)


def looked(
    family: ReplayRegistered, scores: dict[str, Scored], leaked: dict[str, tuple[LeakFound, ...]]
) -> ReplayLooked:
    """Say what the look at a family found. Pure."""
    found = {
        run: leaked.get(run, ())
        + tuple(LeakFound(one.way.value, one.where, one.why) for one in leaks.of_scores(of.corr))
        for run, of in scores.items()
    }
    values = {run: of.scores for run, of in scores.items()}
    leaky = [run for run, some in found.items() if some]
    pairs = comparison.compare(family.pairs, values, family.horizon, leaky)
    runs = [comparison.of_run(run, values[run], family.horizon) for run in sorted(values)]
    told_as = msgspec.json.encode(msgspec.to_builtins(values, str_keys=True), order="sorted")
    return ReplayLooked(
        family=family.family,
        pairs=tuple(
            PairLooked(
                *one.pair,
                finding=one.finding.value,
                mean=one.estimate.mean,
                low=one.interval[0],
                high=one.interval[1],
                p=one.p,
                n=one.estimate.n,
                n_eff=one.estimate.n_eff,
                why=one.why,
            )
            for one in pairs
        ),
        runs=tuple(
            RunLooked(
                run=one.run,
                mean=one.estimate.mean,
                low=one.interval[0],
                high=one.interval[1],
                n=one.estimate.n,
                n_eff=one.estimate.n_eff,
                leaks=found[one.run],
            )
            for one in runs
        ),
        scores_sha256=hashlib.sha256(told_as).hexdigest(),
    )


def show(bench: Bench) -> Report:
    """Tell what every look found, and who waits for one."""
    return shown(told(bench.log.events()))


def shown(known: Told) -> Report:
    """Tell it, the looks in their order: answers, then each run beside its interval, then how sure that is. Pure."""
    parts: list[str | Table] = []
    for name, fact in known.looks.items():
        family = known.families.get(name)
        if family is None:
            continue
        parts.append("\n".join(report.sentence(one, family.runs, family.metric) for one in fact.pairs))
        parts.append(Table(report.HEADS, [report.row(one, called(family, one.run)) for one in fact.runs]))
        parts += [why for one in fact.runs if (why := leaked(family, one))]
        eras = [one.fact for one in known.of_cut(family.cut).values() if one.run in family.runs]
        if eras:
            parts.append(report.closing(eras[0].first, eras[0].last, len(family.pairs)))
    in_a_family = {run for one in known.families.values() for run in one.runs}
    waiting = [one for one in known.fired.values() if one.run not in in_a_family]
    for one in waiting:
        predicted = f"{len(one.fact.eras)} of {one.fact.last - one.fact.first + 1} sealed eras"
        parts.append(
            f"{one.entrant} ({one.run}) predicted {predicted} and waits for its look: make replay LOOK=1"
        )
    return parts or [NOBODY]


def called(family: ReplayRegistered, run: str) -> str:
    """Name a run by its entrant, and by its own name where that entrant has several."""
    entrant = family.runs[run]
    return entrant if list(family.runs.values()).count(entrant) == 1 else run


def leaked(family: ReplayRegistered, one: RunLooked) -> str:
    """Say what leaked to a run."""
    lines = [f"  {leak.way}: {leak.where}: {leak.why}" for leak in one.leaks[:10]]
    return "\n".join([f"What is sealed leaked to {called(family, one.run)}:", *lines]) if lines else ""


def as_json(bench: Bench) -> dict[str, object]:
    """Return all of it for programs: a track of its own."""
    known = told(bench.log.events())
    return {
        "track": "replay",
        "fired": [
            {"run": one.run, "entrant": one.entrant, **msgspec.to_builtins(one.fact, str_keys=True)}
            for one in known.fired.values()
        ],
        "families": [msgspec.to_builtins(one) for one in known.families.values()],
        "looks": [msgspec.to_builtins(one) for one in known.looks.values()],
    }
