"""A state with a run that ended and one that works, as files: without an engine, on disks that are watched."""

from __future__ import annotations

import subprocess
from pathlib import Path

from msgspec import structs

from nab.actions.bench import Bench
from nab.core.facts import RunCreated
from nab.core.upkeep.disks import Kept
from nab.edges.untrusted import furnishing
from support.records.logs import WHO, intended
from support.repository.benches import bench_on

RUN = "2026-05-15T090000Z-codex-l3"
SECRET = "sk-ant-nobody-may-see-this"


def state_on(folder: Path, kept: Kept = Kept.WATCHED) -> Bench:
    """Make a state with all kinds of things in it."""
    bench = bench_on(folder)
    fact = structs.replace(intended(), disk=kept.value, disk_bytes=1 << 30, disk_files=9000)
    bench.log.append(fact, entrant=WHO, run=RUN)
    bench.log.append(RunCreated(container="box"), entrant=WHO, run=RUN)
    paths = bench.run(RUN)
    furnishing.make(paths.disk)
    for link in (paths.workspace, paths.home):
        furnishing.lead(link, paths.disk)
    write(paths.root / "workspace/submit.sh", "#!/bin/sh\n", 0o755)
    write(paths.root / "home/.codex/sessions/rollout.jsonl", '{"said": "hello"}\n')
    write(paths.root / "home/.codex/auth.json", SECRET)
    write(paths.root / "outbox/work-1/stdout", "printed\n")
    write(paths.http, '{"call": 1}\n{"call": 2}\n{"cal')
    write(paths.control / "objective.md", "be good\n")
    write(paths.submissions / "1269.log", "done\n")
    write(paths.root / "locks/attend", "")
    write(paths.record, "{}")
    write(bench.paths.secrets / "anthropic.json", SECRET, 0o600)
    write(bench.paths.trust / "ca.pem", SECRET)
    write(bench.paths.tournament / "key.json", SECRET, 0o600)
    git("init", "--quiet", "--bare", str(paths.history))
    return bench


def write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout
