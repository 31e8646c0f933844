"""Pieces that did not go: told once, tried again after a pause that gets longer, and in nobody's way meanwhile."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from nab.actions.bench import Bench
from nab.actions.upkeep.sync.push import Pushing
from nab.core.errors import FAILED, NabError
from nab.core.facts import SyncRefused
from nab.core.text import times
from nab.core.upkeep.sync import pieces
from nab.core.upkeep.sync.answers import Said
from nab.core.upkeep.sync.mirror_index import blob_id
from nab.core.upkeep.sync.pieces import Aside
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files

SHOWN = 20
Asides = dict[str, Aside]


def noted(bench: Bench) -> Asides:
    """Return what did not go, by piece."""
    try:
        return msgspec.json.decode((bench.paths.sync / "aside.json").read_bytes(), type=Asides)
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def resting(bench: Bench) -> Asides:
    """Return what is not to be tried yet."""
    now = times.text(clock.now())
    return {piece: aside for piece, aside in noted(bench).items() if aside.until > now}


def note(bench: Bench, pushing: Pushing) -> Asides:
    """Note what was taken back and what went again; tell of the former once."""
    before = noted(bench)
    now = {piece: aside for piece, aside in before.items() if piece not in pushing.went}
    now |= {piece: rested(before.get(piece), said) for piece, said in pushing.taken_back.items()}
    named = sorted(pushing.refused)
    of_named = {pieces.of(path.encode()) for path in named}
    new = [f"{piece}/" for piece in sorted(pushing.taken_back.keys() - before.keys() - of_named) if piece]
    if told := [*named, *new]:
        fact = SyncRefused(paths=tuple(told[:SHOWN]))
        same = blob_id(repr((fact.paths, sorted(before.items()))).encode())  # until what follows is written
        bench.log.append(fact, id=f"sync.refused:{same}")
        failpoints.reach(Failpoint.SYNC_TOLD)
    if now != before:
        files.replace_bytes(bench.paths.sync / "aside.json", msgspec.json.encode(now))
    return now


def rested(before: Aside | None, said: Said) -> Aside:
    """Return until when a piece rests that did not go once more."""
    count = before.times + 1 if before else 1
    until = clock.now() + timedelta(seconds=pieces.pause(count))
    return Aside(count, times.text(until), said.answer.value)


def troubles(taken_back: dict[str, Said]) -> list[NabError]:
    """Say for whoever started the tick what did not go."""
    hint = "all else went; it is tried again, after a pause from the second time on (docs/sync.md)"
    return [
        NabError(
            f"{piece or 'a commit'} stays here for now: {said.answer.value}{words(said)}",
            hint=hint,
            exit_code=FAILED,
        )
        for piece, said in taken_back.items()
    ]


def words(said: Said) -> str:
    return f" ({said.words})" if said.words else ""
