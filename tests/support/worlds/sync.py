"""A state with runs, workspaces and planted things, and a git remote to sync it to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from nab.actions.recording.workspace.snapshots import Snapshots
from nab.actions.upkeep.sync import tick as sync_tick
from nab.core.facts import Poll
from support.repository.benches import bench_on

RUN = "2026-05-16T130207Z-codex-l3"
OTHER = "2026-05-17T130207Z-claude-l3"
SECRET = "Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0W7H3Z8K1X5M9V2T6R4P0L7N3"
ALONE = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def git(folder: Path, *words: str, check: bool = True) -> str:
    """Run git as a person would, and return what it printed."""
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@a", *words],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        env={**os.environ, **ALONE},
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout


class SyncWorld:
    """A bench whose state is synced to a bare repository in a folder."""

    branch = "bench-test"

    def __init__(self, folder: Path, settings: str = "", address: str = "") -> None:
        self.folder = folder
        self.remote = folder / "remote.git"
        if not address:
            self.make_remote()
        self.settings = f'[sync]\nremote = "{address or self.remote}"\nbranch = "{self.branch}"\n'
        self.bench = bench_on(folder, self.settings + settings)
        self.state = self.bench.paths.root
        self.mirror = self.bench.paths.sync / "mirror.git"
        self.watchers: dict[str, Snapshots] = {}

    def make_remote(self) -> None:
        git(self.folder, "init", "--quiet", "--bare", str(self.remote))
        git(self.remote, "config", "receive.denyNonFastForwards", "true")
        git(self.remote, "config", "receive.fsckObjects", "true")

    def change(self, settings: str) -> None:
        """Go on with other settings."""
        self.bench = bench_on(self.folder, self.settings + settings)

    def tick(self, **options):
        return sync_tick.tick(self.bench, **options)

    def lay(self, path: str, content: bytes | str, mode: int = 0o644) -> Path:
        file = self.state / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    def grow(self, path: str, content: bytes | str) -> None:
        file = self.state / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as opened:
            opened.write(content if isinstance(content, bytes) else content.encode())

    def hold(self, name: str = "anthropic", secret: str = SECRET) -> None:
        """Give the machine a secret."""
        self.lay(f"secrets/{name}.json", json.dumps({"api_key": secret}), 0o600)

    def happen(self, count: int = 1) -> None:
        """Write events."""
        for number in range(count):
            self.bench.log.append(Poll(ok=True, listed=number), entrant="codex-l3")

    def work(self, path: str, content: bytes | str, run: str = RUN) -> None:
        """Have an agent write a file of its workspace."""
        self.lay(f"runs/{run}/workspace/{path}", content)

    def watch(self, run: str = RUN) -> bool:
        """Have the git watcher look once."""
        paths = self.bench.run(run)
        paths.workspace.own_path.mkdir(parents=True, exist_ok=True)
        if run not in self.watchers:
            self.watchers[run] = Snapshots(paths.workspace, paths.history, 50 << 20, 1 << 30)
        return self.watchers[run].look()

    def show(self, *words: str) -> str:
        return git(self.remote, *words)

    def paths(self) -> set[str]:
        """Name every file at the remote."""
        return set(self.show("ls-tree", "-r", "-z", "--name-only", self.branch).split("\0")) - {""}

    def content(self, path: str) -> str:
        return self.show("show", f"{self.branch}:{path}")

    def joined(self, path: str) -> str:
        """Join the parts of a file, as docs/sync.md says."""
        parts = sorted(one for one in self.paths() if one.startswith(f"{path}/"))
        return "".join(self.content(part) for part in parts)

    def left_out(self) -> dict[str, str]:
        """Return what is listed as left out, in all lists, and why."""
        lists = [
            path for path in self.paths() if path.split("/")[-1] == "left-out.jsonl" and "/.nab/" not in path
        ]
        rows = [json.loads(line) for path in lists for line in self.content(path).splitlines()]
        return {row["path"]: row["reason"] for row in rows}

    def everything_at_remote(self) -> bytes:
        """Return all that the remote ever got: every object of it, names and messages too."""
        objects = self.show("rev-list", "--objects", "--all", "--no-object-names").split()
        done = subprocess.run(
            ["git", "-C", str(self.remote), "cat-file", "--batch"],
            input="\n".join(objects).encode(),
            capture_output=True,
            check=True,
        )
        return done.stdout

    def kinds(self) -> list[str]:
        return [event.kind for event in self.bench.log.events() if event.kind.startswith("sync.")]

    def commits(self) -> int:
        return int(self.show("rev-list", "--count", self.branch))

    def sound(self) -> None:
        """Check both sides as git does."""
        for folder in (self.mirror, self.remote):
            git(folder, "fsck", "--full", "--strict", "--no-dangling")
