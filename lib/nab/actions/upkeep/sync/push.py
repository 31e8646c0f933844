"""Push what waits, in bounded batches and never by force; each is looked through once more before it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from nab.core.errors import FAILED, NabError
from nab.core.facts import AnyFact, SyncDiverged
from nab.core.upkeep.secrets.verdicts import Judge
from nab.core.upkeep.sync import answers, pieces, queue
from nab.core.upkeep.sync.answers import Answer, Said
from nab.core.upkeep.sync.queue import Waiting
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.git import mirror, objects
from nab.edges.git.backlog import Backlog
from nab.edges.git.objects import EMPTY_TREE
from nab.edges.git.remote import Remote

LEAST_BATCH = 1 << 20
LOOK_SECONDS = 10.0  # for the second look at what waits of a run
CATCHES = 3  # how often somebody else may be quicker
ASKING_SECONDS, LEAST_SECONDS = 10.0, 5.0


class Tell(Protocol):
    """Tells the log something, once for each id."""

    def __call__(self, fact: AnyFact, *, id: str) -> object: ...


@dataclass
class Pushing:
    """One tick's pushing.

    A commit that is refused while others are taken is taken back with all that waits of its piece, so that the rest
    arrives; `taken_back` says why, by piece, and `refused` which paths the remote named.
    """

    remote: Remote
    judge: Judge
    backlog: Backlog
    batch_bytes: int
    until: float
    tell: Tell
    refused: set[str] = field(default_factory=set)
    taken_back: dict[str, Said] = field(default_factory=dict)
    troubles: list[NabError] = field(default_factory=list)
    arrived: int = 0  # commits
    went: set[str] = field(default_factory=set)  # pieces of which something arrived
    catches: int = 0
    looked: dict[str, float] = field(default_factory=dict)  # seconds, by piece

    def push(self, *, ask: bool = False, only: str = "") -> Said:
        """Push until nothing waits, the time is up or something is in the way. `ask` what the remote has, first.

        With `only`, what waits of this piece alone, before all that waits of others.
        """
        if ask and (said := self.ask()).answer is not Answer.TAKEN:
            return said
        said = Said(Answer.TAKEN)
        while said.answer in {Answer.TAKEN, Answer.BEHIND}:
            waiting = self.backlog.of(only) if only else self.backlog.all()
            if not waiting:
                return Said(Answer.TAKEN)
            if self.seconds_left() < 1 or self.catches > CATCHES:
                return Said(Answer.LATE) if said.answer is Answer.TAKEN else said
            said = self.send(queue.batch(waiting, self.batch_bytes))
        return said

    @property
    def tip(self) -> str:
        return self.backlog.tip

    def seconds_left(self) -> float:
        return self.until - clock.monotonic()

    def pause(self) -> float:
        """Return how many seconds are left, for when it goes on."""
        return max(LEAST_SECONDS, self.seconds_left())

    def go_on(self, seconds: float) -> None:
        self.until = clock.monotonic() + seconds

    def ask(self) -> Said:
        """Ask which commit the remote has; one that we do not know is found out by pushing."""
        said, there = self.remote.tip(self.seconds_left())
        if said.answer is Answer.TAKEN:
            known = there if there and objects.has(self.remote.mirror, there) else ""
            self.backlog.note(known)
        return said

    def send(self, batch: list[Waiting]) -> Said:
        """Push a batch, and do what the answer asks for."""
        good = self.looked_through(batch)
        if not good:
            return Said(Answer.TAKEN)  # what was in the way was taken back
        said, errors = self.remote.push(good[-1].commit, self.seconds_left())
        match said.answer:
            case Answer.TAKEN:
                self.note_arrived(good)
            case Answer.BEHIND:
                self.catches += 1
                return self.catch_up()
            case Answer.REFUSED if len(good) > 1:
                return self.send(good[: len(good) // 2])  # until it is known which commit it is
            case Answer.REFUSED:
                return self.refuse(good[0], said, errors)
            case Answer.LATE:
                return self.slow_down(good, said)
            case _:
                pass
        return said

    def note_arrived(self, batch: list[Waiting]) -> None:
        self.backlog.note(batch[-1].commit)
        self.arrived += len(batch)
        self.went |= {one.piece for one in batch}

    def looked_through(self, batch: list[Waiting]) -> list[Waiting]:
        """Look at every object that a push would carry; return the commits before the first finding.

        When already the first one has something in it that has to stay here, all of its piece is taken back.
        """
        before = self.tip
        for number, one in enumerate(batch):
            began = clock.monotonic()
            what = self.finding(before, one.commit)
            if self.is_dear(one, clock.monotonic() - began):
                self.take_back(one, Said(Answer.LATE, "looking through it took too long"))
                return batch[:number]
            if what and not number:
                said = f"something that waited to be pushed has to stay here ({what}): nothing of {one.piece} goes"
                hint = "the next tick makes it again without that"
                self.troubles.append(NabError(said, hint=hint, exit_code=FAILED))
                self.take_back(one, Said(Answer.WITHHELD, what))
            if what:
                return batch[:number]
            if self.seconds_left() < 1:
                return batch[: number + 1]
            before = one.commit
        return batch

    def is_dear(self, one: Waiting, seconds: float) -> bool:
        """Say whether looking through what waits of a run has taken more than its share; the next look knows it."""
        self.looked[one.piece] = self.looked.get(one.piece, 0.0) + seconds
        return pieces.is_run(one.piece) and self.looked[one.piece] > LOOK_SECONDS

    def finding(self, tip: str, commit: str) -> str:
        """Say what in a commit has to stay here; empty when all of it may go."""
        folder = self.remote.mirror
        for one in objects.objects(folder, mirror.new_objects(folder, tip, commit)):
            if one.kind == "blob":
                verdict = self.judge.look(b"", one.content)
                what = verdict.words if verdict else ""
            else:
                finding = self.judge.scanner.find(one.content)
                what = finding.what if finding else ""
            if what:
                return what
        return ""

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
        self.backlog.note(theirs)
        return Said(Answer.BEHIND)

    def refuse(self, one: Waiting, said: Said, errors: str) -> Said:
        """Take a commit back that the remote refuses, unless it refuses everything."""
        changed = objects.changes(self.remote.mirror, self.tip or EMPTY_TREE, one.commit)
        own = {change.path for change in changed if pieces.of(change.path) == one.piece or not one.piece}
        named = answers.named_paths(errors, {path.decode("utf-8", "replace") for path in own})
        if not named and not self.arrived and self.probe().answer is not Answer.TAKEN:
            return said
        self.refused |= named
        self.take_back(one, said)
        return Said(Answer.TAKEN)

    def slow_down(self, batch: list[Waiting], said: Said) -> Said:
        """Push less the next time; take a single commit back that is too much for a remote that answers."""
        self.batch_bytes = max(LEAST_BATCH, sum(one.size for one in batch) // 2)
        if len(batch) == 1 and pieces.is_run(batch[0].piece) and batch[0].size > LEAST_BATCH:
            alive, _ = self.remote.tip(ASKING_SECONDS)
            if alive.answer is Answer.TAKEN:
                self.take_back(batch[0], said)
        return said

    def probe(self) -> Said:
        """Push a commit that changes nothing, to see whether the remote takes anything."""
        commit = self.backlog.probe()
        said, _ = self.remote.push(commit, self.seconds_left())
        if said.answer is Answer.TAKEN:
            self.backlog.follow(commit)
        return said

    def take_back(self, one: Waiting, said: Said) -> None:
        """Take all back that waits of the piece that a commit is of."""
        self.backlog.take_back(one.piece)
        self.taken_back[one.piece] = said
