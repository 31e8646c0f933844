"""The words that a session is started with: the agent's command, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from nab import prompts
from nab.core.agents import adapters
from nab.core.agents.adapters import Adapter, Start
from nab.core.levels import Submits, row, submits
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Row
from nab.core.runs.ending.next_session import Mode
from nab.core.runs.runs import Run, Session
from nab.edges.untrusted import workspaces
from nab.paths import RunPaths

WIND_DOWN = "wind-down"
NOTES = "NOTES.md"  # in the workspace
NOTES_READ, NOTES_TOLD = 1 << 20, 2000  # bytes
TASK = "task.md"  # in the control folder, as it was when the run began: nab.toml may change meanwhile


def words(paths: RunPaths, run: Run, session: Session, adapter: Adapter) -> list[str]:
    """Return the program and its arguments. The same run and session give the same words."""
    task = (paths.control / TASK).read_text(encoding="utf-8")
    start = Start(
        prompt=text(task, run, session), model=run.intended.llm, session=session.started.conversation
    )
    if session.started.mode == Mode.RESUME:
        return adapters.resume(adapter, start)
    return adapters.first(adapter, start)


def text(task: str, run: Run, session: Session) -> str:
    """Return what the agent is told at the start of a session."""
    said = [of_mode(task, run, session)]
    if session.started.notes:
        said.append(prompts.later("notes", notes=session.started.notes))
    if session.started.submitted:
        said.append(session.started.submitted)
    if session.started.leftovers:
        listed = "\n".join(f"- {line}" for line in session.started.leftovers)
        said.append(prompts.later("leftovers", processes=listed))
    return "\n\n".join(said)


def of_mode(task: str, run: Run, session: Session) -> str:
    """Return what belongs to the way in which a session begins."""
    if session.started.because == WIND_DOWN:
        told = next(one.text for one in run.interventions if one.what == WIND_DOWN)
        return told if session.started.mode == Mode.RESUME else f"{task}\n\n{told}"
    match Mode(session.started.mode):
        case Mode.FIRST:
            return task
        case Mode.FRESH:
            return prompts.later("fresh", task=task)
        case Mode.RESUME if row(run.intended.level).endless:
            return prompts.later("again", task=task, why=session.started.because)
        case Mode.RESUME:
            return prompts.later("resume", why=session.started.because)


def submitted(run: Run, rows: Sequence[Row]) -> str:
    """Return what an agent that submits by itself is told, in a later session, of what came of it."""
    if submits(run.intended.level) is not Submits.BY_AGENT or not run.sessions:
        return ""
    listed = [row for row in rows if row.entrant == run.entrant and row.outcome.status is Status.VERIFIED]
    if not listed:
        return prompts.later("no-submission")
    newest = max(listed, key=lambda row: row.round.number)
    return prompts.later("submission-listed", round=str(newest.round.number), how=newest.outcome.words)


def notes(paths: RunPaths, run: Run) -> str:
    """Return the end of the notes that an agent at a level with notes has left itself, if it has."""
    if not row(run.intended.level).keeps_notes or not run.sessions:
        return ""
    try:
        written = workspaces.content(paths.workspace, NOTES.encode(), NOTES_READ)
    except OSError:
        return ""
    if written is None:
        return f"({NOTES} is larger than {NOTES_READ >> 10} KiB: it was not read)"
    return written[-NOTES_TOLD:].decode("utf-8", "ignore").replace("\0", "").strip()


def notice(seconds_left: float) -> str:
    """Return what the agent is told when its time is nearly up."""
    return prompts.later("wind-down", minutes=f"{ceil(seconds_left / 60)}")
