"""What earlier sessions left running: for the next session's agent, in its box, and for make status."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.actions.recording.processes import state
from nab.actions.recording.processes.session_times import of_log
from nab.core.recording.processes import ledger as process_ledger
from nab.core.recording.processes import leftovers
from nab.core.recording.processes.leftovers import Leftover
from nab.core.runs.runs import Run
from nab.edges.files import files
from nab.edges.kernel import cgroups, processes
from nab.paths import RunPaths

NOTE = "processes.md"  # in the control folder, at /run/nab in the box
HEAD = "What earlier sessions left running, as it is now (process numbers are this box's, times UTC):"
NOTHING = "Nothing of an earlier session is running."


def now(bench: Bench, run: Run) -> list[Leftover]:
    """Look at the box and say what of earlier sessions goes on. Writes nothing; the census may be gone."""
    box = bench.agent_box(run.name)
    group = cgroups.group(box.pid) if box and box.running else None
    if group is None:
        return []
    before = state.load(bench.run(run.name)).ledger
    known = {one.process.pid: one.process for one in before.known.values()}
    ledger, _ = process_ledger.look(before, processes.census(group, known), of_log(run))
    return leftovers.leftovers(ledger)


def told(bench: Bench, run: Run) -> tuple[str, ...]:
    """Return what the next session is told, a line each; nothing where that is switched off, or nothing goes on."""
    return tuple(leftovers.note(now(bench, run))) if run.intended.tells_leftovers and run.sessions else ()


def seen(paths: RunPaths) -> list[Leftover]:
    """Return what the census saw last."""
    return leftovers.leftovers(state.load(paths).ledger)


def shown(paths: RunPaths) -> str:
    """Say for a person what goes on; nothing where nothing does."""
    return leftovers.shown(seen(paths))


class Note:
    """The list in the box, kept up with the census; an agent that is told nothing has none."""

    def __init__(self, paths: RunPaths, run: Run) -> None:
        self.paths, self.wanted = paths, run.intended.tells_leftovers
        self.signature: tuple[int, int] | None = None

    def look(self) -> None:
        """Write the list, when the census has seen something else."""
        if not self.wanted:
            return
        there = self.paths.process_ledger.stat() if self.paths.process_ledger.exists() else None
        signature = (there.st_ino, there.st_mtime_ns) if there else (0, 0)
        if signature != self.signature:
            self.signature = signature
            self.write(seen(self.paths))

    def write(self, found: list[Leftover]) -> None:
        """Put the list in the place of the old one, if it says something else."""
        lines = [f"- {line}" for line in leftovers.note(found, with_cpu=True)]
        text = "\n".join([HEAD, "", *lines] if found else [NOTHING]) + "\n"
        file = self.paths.control / NOTE
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            files.replace_bytes(file, text.encode())
