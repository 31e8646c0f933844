"""Try every fault that this machine can be given, and say of each what became of its promise."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Sequence, Set
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.chaos import log, node_runs, places
from nab.chaos.faults import NEEDS, Fault
from nab.chaos.node_runs import Case
from nab.chaos.reports import FAILED, PARTLY, SKIPPED, SURVIVED, Kills, Report, Verdict
from nab.core.text import times
from nab.edges import clock, process

RUNS_PROGRAM = "tests/support/programs/chaos_runs.py"
KILLS = {"log": (100, 1000), "runs": (0, 30)}  # in the short form, in the full one
Say = Callable[[str], None]


def run(  # noqa: PLR0913 - what a campaign can be given
    repository: Path, faults: Sequence[Fault], can: Set[str], *, command: str, short: bool, say: Say
) -> Report:
    """Run it: all tests in one process, then the loops of kills."""
    began, at, where = clock.monotonic(), clock.now(), places.words()
    wanted = {test for fault in faults for test in fault.tests(can)}
    say(f"{len(wanted)} tests of {len(faults)} faults, then the loops of kills")
    found = node_runs.run(repository, wanted)
    kills = [
        one
        for fault in faults
        if fault.campaign and (one := kill(repository, fault, can, short=short, say=say))
    ]
    return Report(
        at=times.text(at),
        command=command,
        machine=where,
        seconds=round(clock.monotonic() - began, 1),
        faults=tuple(
            verdict(fault, can, found, [one for one in kills if one.fault == fault.id]) for fault in faults
        ),
        kills=tuple(kills),
    )


def verdict(fault: Fault, can: Set[str], found: Collection[Case], kills: Sequence[Kills]) -> Verdict:
    """Judge one fault by the cases of its tests, and by its loop of kills."""
    own = [case for case in found if any(case.is_of(test) for test in fault.tests(can))]
    passed, failed = (sum(case.result == result for case in own) for result in ("passed", "failed"))
    left_out = {
        places.WHY_NOT[need]: len(getattr(fault, need))
        for need in NEEDS
        if need not in can and getattr(fault, need)
    }
    for case in own:
        if case.result == "skipped":
            left_out[case.reason] = left_out.get(case.reason, 0) + 1
    wrong = [f"{case.test}: {case.reason}" for case in own if case.result == "failed"]
    wrong += [f"the loop of kills: {one.trouble}" for one in kills if one.trouble]
    tried = passed + failed + sum(one.kills for one in kills)
    result = FAILED if wrong else SKIPPED if not tried else PARTLY if left_out else SURVIVED
    return Verdict(
        id=fault.id,
        says=fault.says,
        promise=fault.promise,
        result=result,
        passed=passed,
        failed=failed,
        seconds=round(sum(case.seconds for case in own), 1),
        left_out=left_out,
        counts=fault.counts,
        missing=fault.missing,
        wrong=tuple(wrong),
    )


def kill(repository: Path, fault: Fault, can: Set[str], *, short: bool, say: Say) -> Kills | None:
    """Run a fault's loop of kills, where this machine and this form have it."""
    count = KILLS[fault.campaign][not short]
    if not count or (fault.campaign == "runs" and "engine" not in can):
        return None
    say(f"{fault.id}: {count} kills")
    if fault.campaign == "log":
        return of_log(fault, count)
    return of_runs(repository, fault, count)


def of_log(fault: Fault, count: int) -> Kills:
    with TemporaryDirectory(prefix="nab-chaos-") as folder:
        tally = log.run(Path(folder), kills=count, writers=2, seed=0)
    return Kills(
        fault=fault.id,
        what="writers of the event log",
        kills=tally.kills,
        acknowledged=tally.acked,
        lost=tally.lost,
        recoveries=tuple(round(one, 4) for one in tally.recoveries),
        trouble=f"{tally.lost} acknowledged events are gone" if tally.lost else "",
    )


def of_runs(repository: Path, fault: Fault, count: int) -> Kills:
    ended = process.run(
        sys.executable, RUNS_PROGRAM, "--kills", str(count), "--runs", str(max(2, count // 5)),
        check=False, cwd=repository, env={"PYTHONPATH": f"{repository}/lib:{repository}/tests"},
    )  # fmt: skip
    told = {name: int(number) for name, number in re.findall(r"^(.*\S) +(\d+)$", ended.stdout, re.MULTILINE)}
    said = (ended.stderr.strip().splitlines() or ["it failed"])[-1]
    return Kills(
        fault=fault.id,
        what="launchers, watchers and sidecars of real runs",
        kills=told.get("kills", 0),
        acknowledged=told.get("runs", 0),
        lost=told.get("lost runs", 0),
        trouble=said if ended.exit_code else "",
    )
