"""Take the files of the state into the mirror: what changed of them since the last tick."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nab.actions.upkeep.sync import sealed_log
from nab.actions.upkeep.sync.growing_files import Growing
from nab.actions.upkeep.sync.sources import StateFile
from nab.actions.upkeep.sync.stage import NO_ROOM, Stage
from nab.core.upkeep.secrets.verdicts import LARGE, SECRET, Verdict
from nab.core.upkeep.sync.mirror_index import UNKNOWN, Held, blob_id
from nab.core.upkeep.sync.selection import Way
from nab.edges import clock
from nab.edges.untrusted import descriptors, tails, workspaces
from nab.paths import AgentFolder, Paths

UNREADABLE = "unreadable"


@dataclass
class Taking:
    """Takes files into a stage."""

    stage: Stage
    paths: Paths
    record_bytes: int

    def take(self, files: list[StateFile]) -> None:
        """Take what changed of them, as far as the time allows."""
        now = clock.now().timestamp()
        sealed = sealed_log.sizes(self.paths.events) if any(one.way is Way.SEALED for one in files) else {}
        for one in files:
            if self.stage.is_over():
                return
            held = self.stage.known.files.setdefault(one.path, Held())
            signature = workspaces.settled(one.seen, now)
            if held.signature == signature != UNKNOWN:
                continue
            try:
                self.one(one, held, sealed)
            except OSError as error:
                held.signature = UNKNOWN
                self.stage.note(one.path, one.seen.st_size, Verdict(f"{UNREADABLE}: {error.strerror}"))
            self.stage.flush_if_full()

    def one(self, one: StateFile, held: Held, sealed: dict[bytes, int]) -> None:
        """Take one file. Raises OSError when it cannot be read."""
        if finding := self.stage.judge.scanner.find(one.path):
            held.signature, held.blob = workspaces.settled(one.seen, clock.now().timestamp()), ""
            return self.stage.leave(one.path, one.seen.st_size, Verdict(SECRET, finding))
        with descriptors.regular(AgentFolder(Path(os.fsdecode(one.root))), one.place) as (file, seen):
            growing = Growing(self.stage, one, held, file, self.record_bytes)
            match one.way:
                case Way.WHOLE:
                    self.whole(one, held, file, seen)
                case Way.GROWN:
                    growing.take(seen.st_size)
                case Way.SEALED:
                    growing.take(sealed.get(one.place, held.end), self.paths.events)
        return None

    def whole(self, one: StateFile, held: Held, file: int, seen: os.stat_result) -> None:
        """Take a file as it is."""
        held.signature = workspaces.settled(seen, clock.now().timestamp())
        if seen.st_size > self.stage.judge.file_bytes:
            held.blob = ""
            return self.stage.leave(one.path, seen.st_size, Verdict(LARGE))
        content = b"".join(tails.between(file, 0, seen.st_size))
        if (blob := blob_id(content)) == held.blob:
            return None
        why = self.stage.put(one.path, content)
        held.end, held.blob = len(content), "" if why else blob
        if why and why.reason == NO_ROOM:
            held.signature = UNKNOWN
        return None
