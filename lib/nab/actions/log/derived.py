"""Derived files and pages: everything here can be deleted and is made again from the log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from nab.actions.bench import Bench
from nab.actions.log import doors
from nab.core.facts import OutcomeChanged
from nab.core.log.closed_periods import NOTHING, Closed
from nab.core.log.events import Draft
from nab.core.overview import round_summaries, run_summaries
from nab.core.overview.overview import Standings
from nab.core.overview.round_summaries import EntrantSummary, RoundSummary, Told
from nab.core.overview.summaries import overview, written
from nab.core.windows.rounds import Round
from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files
from nab.paths import Paths


def publish(bench: Bench) -> None:
    """Bring every derived file up to date with the log, and note what turned out differently than published."""
    standings = bench.standings()
    if note_changes(bench, standings):
        standings = bench.standings()
    bring_up_to_date(derived(bench.paths, standings, bench.log.read().closed))
    doors.derive(bench)


def rebuild(bench: Bench) -> tuple[int, int]:
    """Make every derived file again from the log alone. Returns how many were not right, and how many were."""
    bench.paths.checkpoint.unlink(missing_ok=True)
    contents = derived(bench.paths, bench.standings())
    for folder in (bench.paths.rounds, bench.paths.entrants):
        for path in set(folder.glob("*.json")) - set(contents):
            path.unlink()
    remade = bring_up_to_date(contents)
    doors.derive(bench)
    return remade, len(contents) - remade


def bring_up_to_date(contents: dict[Path, bytes]) -> int:
    """Write the files whose content is not as it should be. Returns how many."""
    stale = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        files.replace_bytes(path, contents[path])
        failpoints.reach(Failpoint.DERIVED_WRITTEN)
    return len(stale)


def derived(paths: Paths, standings: Standings, closed: Closed = NOTHING) -> dict[Path, bytes]:
    """Return every derived file with its content: same log, same bytes. Those of what is closed stay as they are."""
    told = told_of_rounds(standings, closed)
    runs = {
        paths.run(name).record: run_summaries.run(one)
        for name, one in standings.runs.items()
        if name not in closed.runs
    }
    rounds = {
        paths.rounds / f"{number}.json": of_round(standings.rounds.get(number), number, told[number])
        for number in standings.numbers
        if number not in closed.rounds
    }
    shown = {*standings.enrolments, *(name for entrants in told.values() for name in entrants)}
    entrants = {paths.entrants / f"{name}.json": of_entrant(name, standings, told) for name in sorted(shown)}
    everything = runs | rounds | entrants | {paths.overview: overview(standings)}
    return {path: written(value) for path, value in everything.items()}


def told_of_rounds(standings: Standings, closed: Closed) -> dict[int, Told]:
    """Tell every entrant's round, by round and entrant; of those that are closed, as it was published."""
    told: dict[int, Told] = {number: {} for number in standings.numbers}
    told |= {number: {**published} for number, published in closed.rounds.items()}
    for row in standings.rows:
        told[row.round.number][row.entrant] = round_summaries.outcome(row)
    return told


def of_round(window: Round | None, number: int, entrants: Told) -> RoundSummary:
    """Tell a round, whose times nobody may have told us."""
    opens, closes = (window.opens, window.closes) if window else (None, None)
    return RoundSummary(round=number, opens=opens, closes=closes, entrants=entrants)


def of_entrant(name: str, standings: Standings, told: Mapping[int, Told]) -> EntrantSummary:
    """Tell all rounds of an entrant, whether it was ever enrolled or not."""
    enrolment = standings.enrolments.get(name)
    runs = [run for run in standings.runs.values() if run.entrant == name][-1:]
    return EntrantSummary(
        entrant=name,
        run=enrolment.run if enrolment else "".join(run.name for run in runs),
        enrolled=enrolment.since if enrolment else None,
        model=enrolment.enrolled.model if enrolment else "".join(run.intended.model for run in runs),
        rounds={str(number): of[name] for number, of in sorted(told.items()) if name in of},
    )


def note_changes(bench: Bench, standings: Standings) -> bool:
    """Log every settled outcome that was published as something else before. Returns whether there was any."""
    before = {
        number: published(bench.paths, number) for number in {row.round.number for row in standings.rows}
    }
    drafts = []
    for row in standings.rows:
        old, new = round_summaries.told_apart(
            before[row.round.number].get(row.entrant, round_summaries.Published()), row
        )
        if not row.outcome.settled or not round_summaries.was_settled(old) or old == new:
            continue
        fact = OutcomeChanged(old=old, new=new, because=row.outcome.because)
        evidence = "-".join(map(str, row.outcome.because))
        key = f"outcome:{row.entrant}:{row.round.number}:{old}:{new}:{evidence}"
        drafts.append(Draft(fact=fact, entrant=row.entrant, round=row.round.number, id=key))
    if drafts:
        bench.log.append_all(drafts)
        failpoints.reach(Failpoint.OUTCOMES_TOLD)
    return bool(drafts)


def published(paths: Paths, number: int) -> dict[str, round_summaries.Published]:
    """Return the outcomes that the derived file of a round says; none when it cannot be read."""
    path = paths.rounds / f"{number}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=round_summaries.PublishedRound).entrants
    except (OSError, msgspec.MsgspecError):
        return {}
