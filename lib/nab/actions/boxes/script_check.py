"""Look at the submit.sh that an agent leaves, and put the verdict on record."""

from __future__ import annotations

import stat

from nab.actions.bench import Bench
from nab.core.facts import ScriptChecked
from nab.core.runs.runs import Run
from nab.core.windows import submit_scripts
from nab.core.windows.submit_scripts import FoundScript, ScriptVerdict
from nab.edges.docker import boxes
from nab.edges.untrusted import descriptors, workspaces
from nab.paths import AgentFolder

SCRIPT = "submit.sh"
KEPT = 4096


def check(bench: Bench, run: Run) -> ScriptChecked:
    """Look at it from outside and, while the box runs, in the box. The first check of a run's end stands."""
    workspace = bench.run(run.name).workspace
    found = seen(workspace)
    verdict, detail = submit_scripts.judge(found)
    if found and verdict is ScriptVerdict.READY:
        verdict, detail = in_the_box(bench, run, found)
    sha256 = (
        descriptors.fingerprint(workspace, SCRIPT.encode()) if found and stat.S_ISREG(found.mode) else None
    )
    fact = ScriptChecked(verdict=verdict.value, detail=detail, sha256=sha256)
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:script")
    return fact


def seen(workspace: AgentFolder) -> FoundScript | None:
    """Look at the entry without following a link; None where there is none."""
    entry = descriptors.status(workspace, SCRIPT.encode())
    if entry is None:
        return None
    if not stat.S_ISREG(entry.st_mode) or entry.st_size > submit_scripts.LARGEST:
        return FoundScript(entry.st_mode, entry.st_size)
    try:
        text = workspaces.content(workspace, SCRIPT.encode(), submit_scripts.LARGEST)
    except OSError:
        return FoundScript(entry.st_mode, entry.st_size)
    return FoundScript(entry.st_mode, entry.st_size, (text or b"").split(b"\n", 1)[0][:KEPT])


def in_the_box(bench: Bench, run: Run, found: FoundScript) -> tuple[ScriptVerdict, str]:
    """Have the box's own programs look at it. A box that does not run cannot be asked."""
    box = boxes.inspect(bench.engine, run.container or "") if run.container else None
    if box is None or not box.running:
        return ScriptVerdict.READY, "the box had ended: its text was not tried"
    output, execution = boxes.execute(bench.engine, box.id, submit_scripts.trial(found), {})
    printed = b"".join(output)[-KEPT:].decode("utf-8", "replace")
    return submit_scripts.tried(boxes.exit_code(bench.engine, execution), printed, found.runs.remark)
