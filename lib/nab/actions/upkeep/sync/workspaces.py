"""Take the workspaces into the mirror, commit by commit, from the histories that the git watcher keeps of them.

No git runs in a folder of an agent, and nothing of an agent's own .git is there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from nab.actions.upkeep.sync.stage import COMMIT_BYTES, Stage
from nab.core.errors import FAILED, NabError
from nab.core.recording.workspace.exclusions import TOO_DEEP, why_place
from nab.core.recording.workspace.paths import MANIFEST, safe
from nab.core.upkeep.secrets.verdicts import LARGE, Verdict
from nab.core.upkeep.sync import manifest
from nab.core.upkeep.sync.selection import workspace, workspace_commit
from nab.edges.git import objects, repository
from nab.edges.git.objects import EMPTY_TREE, Change
from nab.paths import Paths

COMMIT_SECONDS = (
    30.0  # of a processor, for looking into what one commit changed; what is left then stays here
)


@dataclass
class Workspaces:
    """Takes the histories of workspaces into a stage."""

    stage: Stage
    paths: Paths

    def take(self, run: str) -> None:
        """Take what is new of a run, as far as the time allows. Raises NabError when it cannot be read."""
        history = self.paths.run(run).history
        head = repository.head(history)
        if head and (head != self.stage.known.workspaces.get(run) or run in self.stage.known.again):
            try:
                self.follow(run, history, head)
            except NabError as error:
                trouble = f"the workspace of {run} cannot be synced: {error.message}"
                raise NabError(trouble, hint=error.hint, exit_code=FAILED) from None
            finally:
                self.stage.judge.left_seconds = math.inf

    def follow(self, run: str, history: Path, head: str) -> None:
        """Take a run's commits one after the other, each as a commit of its own."""
        old = self.stage.known.workspaces.get(run, "")
        if not old or not objects.has(history, old):  # it is new, or was made again
            old = ""
        elif run in self.stage.known.again:
            self.take_one(run, history, "", old)
        self.stage.known.again.discard(run)
        for commit, _ in objects.commits(history, old, head):
            if self.stage.is_over():
                return
            self.take_one(run, history, old, commit)
            old = commit

    def take_one(self, run: str, history: Path, old: str, commit: str) -> None:
        """Take what changed from one commit to another; from none, everything, in place of what was there."""
        self.stage.judge.left_seconds = COMMIT_SECONDS
        if not old:
            self.stage.drop_folder(workspace(run))
        self.one(run, history, objects.changes(history, old or EMPTY_TREE, commit))
        self.stage.known.workspaces[run] = commit
        self.stage.put(workspace_commit(run), commit.encode() + b"\n")
        self.stage.flush()

    def one(self, run: str, history: Path, changes: list[Change]) -> None:
        """Take what one commit changed, in pieces that fit into memory."""
        sizes = objects.sizes(history, {change.blob for change in changes if change.blob})
        piece: list[Change] = []
        waiting = 0
        for change in changes:
            path, size = at_remote(run, change), sizes.get(change.blob, 0)
            if not change.blob:
                self.stage.drop(path)
            elif why := self.why_not(change, size):
                self.stage.leave(path, size, Verdict(why))
            else:
                piece.append(change)
                waiting += size
            if waiting >= COMMIT_BYTES:
                self.put(run, history, piece)
                piece, waiting = [], 0
        self.put(run, history, piece)

    def why_not(self, change: Change, size: int) -> str:
        """Say why a file stays here, by what can be seen without reading it; empty when it may go."""
        if why_place(change.path):
            return TOO_DEEP
        return LARGE if size > self.stage.judge.file_bytes else ""

    def put(self, run: str, history: Path, changes: list[Change]) -> None:
        """Put files with their contents into the stage."""
        contents = objects.objects(history, [change.blob for change in changes])
        for change, found in zip(changes, contents, strict=True):
            self.stage.put(at_remote(run, change), found.content, change.mode)
            if change.path == MANIFEST:
                clean = self.stage.judge.clean
                self.stage.known.listed[run] = manifest.of_a_workspace(workspace(run), found.content, clean)
        self.stage.flush_if_full()


def at_remote(run: str, change: Change) -> bytes:
    """Return where a file of a workspace's history stands at the remote, be that history older than our rules."""
    return workspace(run) + b"/" + safe(change.path)
