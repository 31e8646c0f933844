"""Take up what changed piece by piece: the log, the results, each run in its share of the time, the note."""

from __future__ import annotations

from dataclasses import dataclass, field

from nab.actions.bench import Bench
from nab.actions.upkeep.sync import mirror_index, sources
from nab.actions.upkeep.sync.files import Taking
from nab.actions.upkeep.sync.sources import StateFile
from nab.actions.upkeep.sync.stage import Stage
from nab.actions.upkeep.sync.workspaces import Workspaces
from nab.core.errors import FAILED, NabError
from nab.core.upkeep.sync import pieces, selection
from nab.core.upkeep.sync.mirror_index import Held, blob_id
from nab.core.upkeep.sync.pieces import LOG, NOTE, RESULTS
from nab.core.upkeep.sync.readme import README
from nab.edges import clock

LEAST_SHARE = 2.0  # seconds
MIB = 1 << 20


@dataclass
class Pieces:
    """Takes pieces into a stage; one that fails is told of and dropped, and the next one is taken.

    `resting` are those that are left alone for now; `until` (monotonic) is when the time for all of them is up.
    """

    stage: Stage
    bench: Bench
    resting: set[str]
    until: float
    files: dict[str, list[StateFile]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)

    def take_core(self) -> None:
        """Take the log, then the results."""
        which = self.bench.config.settings.sync.runs
        for one in sources.found(self.bench.paths, which):
            self.files.setdefault(pieces.of(one.path), []).append(one)
        self.files |= {
            piece: []
            for piece in map(pieces.of_run, sources.runs(self.bench.paths, which))
            if piece not in self.files
        }
        self.stage.runs = sum(map(pieces.is_run, self.files))
        for piece in (LOG, RESULTS):
            self.take(piece, self.until)

    def take_runs(self) -> None:
        """Take each run in an equal share of what time is left; who needs more gets what others left over."""
        waiting = self.turns()
        while waiting and clock.monotonic() < self.until:
            self.unfinished = []
            for place, piece in enumerate(waiting):
                now = clock.monotonic()
                share = (self.until - now) / (len(waiting) - place)
                self.take(piece, min(self.until, now + max(LEAST_SHARE, share)))
            waiting = self.unfinished
        self.unfinished = waiting

    def turns(self) -> list[str]:
        """Return the runs that are tried, another one first each time."""
        runs = sorted(piece for piece in self.files if pieces.is_run(piece) and piece not in self.resting)
        first = int(clock.now().timestamp()) // 60 % len(runs) if runs else 0
        return runs[first:] + runs[:first]

    def take(self, piece: str, until: float) -> None:
        """Take one piece and commit it."""
        self.stage.begin(piece, until)
        try:
            self.take_files(piece)
            self.stage.flush()
        except Exception as error:  # noqa: BLE001 - whatever an agent wrote, it is in the way of its own run only
            self.stage.troubles.append(trouble(piece, error))
            self.stage.abandon(mirror_index.fresh(self.bench.paths, self.stage.mirror))
        if self.stage.unfinished:
            self.unfinished.append(piece)

    def take_files(self, piece: str) -> None:
        """Take what changed of the files of a piece, what matters most of it first."""
        settings, paths = self.bench.config.settings.sync, self.bench.paths
        taking = Taking(self.stage, paths, settings.max_record_mib * MIB)
        core = [one for one in self.files.get(piece, []) if selection.is_core(one.path)]
        taking.take(core)
        if pieces.is_run(piece):
            Workspaces(self.stage, paths).take(piece.removeprefix("runs/"))
            taking.take([one for one in self.files[piece] if one not in core])

    def take_note(self) -> None:
        """Put the note for whoever finds the repository into it, and list what stays here."""
        known = self.stage.known
        changed = {
            pieces.of(path) for path in known.rows
        } - known.lists.keys()  # an older release had one list
        if not self.unfinished:
            changed |= {pieces.of(path) for path in known.stale}
            known.forget_stale()
        for piece in sorted(filter(pieces.is_run, changed - self.resting)):
            self.stage.begin(piece, self.until)
            self.stage.news = True
            self.stage.flush()
        self.stage.begin(NOTE, self.until)
        blob = blob_id(README)
        if known.files.get(selection.README, Held()).blob != blob and not self.stage.put(
            selection.README, README
        ):
            known.files[selection.README] = Held(end=len(README), blob=blob)
        self.stage.flush()
        self.stage.unfinished = bool(self.unfinished)


def trouble(piece: str, error: Exception) -> NabError:
    """Say what went wrong with a piece."""
    if isinstance(error, NabError):
        return error
    said = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    return NabError(f"{piece} cannot be synced: {said}", hint="all else is", exit_code=FAILED)
