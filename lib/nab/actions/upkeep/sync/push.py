"""Push what waits, in bounded batches and never by force; each is looked through once more before it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from nab.core.errors import FAILED, NabError
from nab.core.facts import AnyFact, SyncDiverged, SyncRefused
from nab.core.upkeep.secrets.verdicts import Judge
from nab.core.upkeep.sync import answers, queue
from nab.core.upkeep.sync.answers import Answer, Said
from nab.core.upkeep.sync.mirror_index import blob_id
from nab.core.upkeep.sync.queue import Waiting
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.git import mirror, objects
from nab.edges.git.objects import EMPTY_TREE
from nab.edges.git.remote import Remote

LEAST_BATCH = 1 << 20
CATCHES = 3  # how often somebody else may be quicker
SHOWN = 20


class Tell(Protocol):
    """Tells the log something, once for each id."""

    def __call__(self, fact: AnyFact, *, id: str) -> object: ...


@dataclass
class Pushing:
    """One tick's pushing. `noted` is the name of the commit that the remote is known to have."""

    remote: Remote
    judge: Judge
    noted: str
    batch_bytes: int
    until: float
    tell: Tell
    refused: set[str] = field(default_factory=set)  # paths that the remote does not want
    arrived: int = 0  # commits
    catches: int = 0

    def push(self, *, ask: bool) -> Said:
        """Push until nothing waits, the time is up or something is in the way. `ask` what the remote has, first."""
        if ask and (said := self.ask()).answer is not Answer.TAKEN:
            return said
        said = Said(Answer.TAKEN)
        while said.answer in {Answer.TAKEN, Answer.BEHIND}:
            waiting = mirror.queue(self.remote.mirror, self.tip)
            if not waiting:
                return said
            if self.seconds_left() < 1 or self.catches > CATCHES:
                return Said(Answer.LATE) if said.answer is Answer.TAKEN else said
            said = self.send(queue.batch(waiting, self.batch_bytes))
        return said

    @property
    def tip(self) -> str:
        return mirror.noted(self.remote.mirror, self.noted)

    def seconds_left(self) -> float:
        return self.until - clock.monotonic()

    def ask(self) -> Said:
        """Ask which commit the remote has; one that we do not know is found out by pushing."""
        said, there = self.remote.tip(self.seconds_left())
        if said.answer is Answer.TAKEN:
            known = there if there and objects.has(self.remote.mirror, there) else ""
            mirror.note(self.remote.mirror, self.noted, known)
        return said

    def send(self, batch: list[Waiting]) -> Said:
        """Push a batch, and do what the answer asks for."""
        newest = batch[-1].commit
        self.look_through(newest)
        said, errors = self.remote.push(newest, self.seconds_left())
        match said.answer:
            case Answer.TAKEN:
                mirror.note(self.remote.mirror, self.noted, newest)
                self.arrived += len(batch)
            case Answer.BEHIND:
                self.catches += 1
                return self.catch_up()
            case Answer.REFUSED:
                self.take_back(newest, errors)
            case Answer.LATE:
                self.batch_bytes = max(LEAST_BATCH, sum(one.size for one in batch) // 2)
            case _:
                pass
        return said

    def look_through(self, commit: str) -> None:
        """Look at every object that a push would carry. Raises NabError, and has it all made again, at a finding."""
        folder = self.remote.mirror
        for one in objects.objects(folder, mirror.new_objects(folder, self.tip, commit)):
            if one.kind == "blob":
                verdict = self.judge.look(b"", one.content)
                what = verdict.words if verdict else ""
            else:
                finding = self.judge.scanner.find(one.content)
                what = finding.what if finding else ""
            if what:
                mirror.note(folder, mirror.BRANCH, self.tip)
                said = f"something that waited to be pushed has to stay here ({what}): nothing was pushed"
                raise NabError(said, hint="the next tick makes it again without that", exit_code=FAILED)

    def catch_up(self) -> Said:
        """Put what waits on top of what somebody else pushed, so that both histories are kept."""
        folder = self.remote.mirror
        said, theirs = self.remote.fetch(self.seconds_left())
        if said.answer is not Answer.TAKEN:
            return said
        if not mirror.is_ancestor(folder, theirs, mirror.head(folder)):
            self.tell(SyncDiverged(theirs=theirs), id=f"sync.diverged:{theirs}")
            failpoints.reach(Failpoint.SYNC_TOLD)
            mirror.replay(folder, theirs, self.tip)
        mirror.note(folder, self.noted, theirs)
        return Said(Answer.BEHIND)

    def take_back(self, commit: str, errors: str) -> None:
        """Have what waits made again without the files that the remote's complaint names."""
        folder, tip = self.remote.mirror, self.tip
        changed = objects.changes(folder, tip or EMPTY_TREE, commit)
        named = answers.named_paths(errors, {change.path.decode("utf-8", "replace") for change in changed})
        if named:
            self.refused |= named
            mirror.note(folder, mirror.BRANCH, tip)
            told = SyncRefused(paths=tuple(sorted(named)[:SHOWN]))
            self.tell(told, id=f"sync.refused:{tip}:{blob_id(repr(told.paths).encode())}")
            failpoints.reach(Failpoint.SYNC_TOLD)
