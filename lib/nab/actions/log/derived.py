"""Derived files and pages: everything here can be deleted and is made again from the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.core.facts import OutcomeChanged
from nab.core.log.closed_periods import NOTHING, Closed
from nab.core.log.events import Draft
from nab.core.overview import summaries
from nab.core.overview.overview import Standings
from nab.edges.files import files
from nab.paths import Paths


def publish(bench: Bench) -> None:
    """Bring every derived file up to date with the log, and note what turned out differently than published."""
    standings = bench.standings()
    if note_changes(bench, standings):
        standings = bench.standings()
    bring_up_to_date(derived(bench.paths, standings, bench.log.read().closed))


def rebuild(bench: Bench) -> tuple[int, int]:
    """Make every derived file again from the log alone. Returns how many were not right, and how many were."""
    bench.paths.checkpoint.unlink(missing_ok=True)
    contents = derived(bench.paths, bench.standings())
    for folder in (bench.paths.rounds, bench.paths.entrants):
        for path in set(folder.glob("*.json")) - set(contents):
            path.unlink()
    remade = bring_up_to_date(contents)
    return remade, len(contents) - remade


def bring_up_to_date(contents: dict[Path, bytes]) -> int:
    """Write the files whose content is not as it should be. Returns how many."""
    stale = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        files.replace_bytes(path, contents[path])
    return len(stale)


def derived(paths: Paths, standings: Standings, closed: Closed = NOTHING) -> dict[Path, bytes]:
    """Return every derived file with its content: same log, same bytes. Those of what is closed stay as they are."""
    contents: dict[Path, Any] = {
        paths.run(name).record: summaries.run(one)
        for name, one in standings.runs.items()
        if name not in closed.runs
    }
    of_round: dict[int, dict[str, Any]] = {number: {} for number in standings.rounds} | closed.rounds
    for row in standings.rows:
        of_round[row.round.number][row.entrant] = summaries.summary(row)
    of_entrant: dict[str, dict[str, Any]] = {name: {} for name in standings.enrolments}
    for number, window in standings.rounds.items():
        for name, one in of_round[number].items():
            of_entrant[name][str(number)] = one
        if number not in closed.rounds:
            contents[paths.rounds / f"{number}.json"] = {
                "round": number,
                "opens": window.opens,
                "closes": window.closes,
                "entrants": of_round[number],
            }
    for name, enrolment in standings.enrolments.items():
        contents[paths.entrants / f"{name}.json"] = {
            "entrant": name,
            "run": enrolment.run,
            "enrolled": enrolment.since,
            "model": enrolment.enrolled.model,
            "rounds": of_entrant[name],
        }
    contents[paths.overview] = summaries.overview(standings)
    return {path: summaries.written(value) for path, value in contents.items()}


def note_changes(bench: Bench, standings: Standings) -> bool:
    """Log every settled outcome that was published as something else before. Returns whether there was any."""
    before = {
        number: published(bench.paths, number) for number in {row.round.number for row in standings.rows}
    }
    drafts = []
    for row in standings.rows:
        old, new = summaries.told_apart(before[row.round.number].get(row.entrant, summaries.Published()), row)
        if not row.outcome.settled or not summaries.was_settled(old) or old == new:
            continue
        fact = OutcomeChanged(old=old, new=new, because=row.outcome.because)
        evidence = "-".join(map(str, row.outcome.because))
        key = f"outcome:{row.entrant}:{row.round.number}:{old}:{new}:{evidence}"
        drafts.append(Draft(fact=fact, entrant=row.entrant, round=row.round.number, id=key))
    if drafts:
        bench.log.append_all(drafts)
    return bool(drafts)


def published(paths: Paths, number: int) -> dict[str, summaries.Published]:
    """Return the outcomes that the derived file of a round says; none when it cannot be read."""
    path = paths.rounds / f"{number}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=summaries.PublishedRound).entrants
    except (OSError, msgspec.MsgspecError):
        return {}
