"""Write down what looks say once their scores are there, and keep each version of a claim as a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from nab.actions.bench import Bench
from nab.actions.claims import registering
from nab.core.claims.families import REGISTERED
from nab.core.claims.told import told
from nab.core.facts import tag
from nab.core.log.events import Draft
from nab.edges.files import files, locks

if TYPE_CHECKING:
    from nab.results.claims.derived import Derived
    from nab.results.claims.differences import Kept


def look(bench: Bench) -> int:
    """Derive every claim and write down what is not on record. Returns how many versions that were."""
    if not any(event.kind == REGISTERED for event in bench.log.events()):
        return 0
    from nab.results.claims.differences import Harness, unwritten
    from nab.results.claims.registry import as_of

    with locks.held(bench.paths.lock(registering.LOCK), what=registering.DUTY, wait_seconds=60):
        events = bench.log.events()
        derived = as_of(events, None)
        kept = unwritten(derived, told(events), Harness(*registering.code(bench)))
        if not kept:
            return 0
        bench.log.append_all([draft(one) for one in kept])
        write_files(bench, derived, {one.fact.claim for one in kept if one.document})
        return sum(one.document is not None for one in kept)


def draft(kept: Kept) -> Draft:
    """Give a fact an id by which it is written once."""
    fact = kept.fact
    told_of = fact.sha256[:16] if kept.document else "withdrawn"  # type: ignore[union-attr]
    return Draft(fact=fact, id=f"{tag(fact)}:{fact.claim}:{fact.upto}:{told_of}")


def write_files(bench: Bench, derived: Derived, claims: Collection[str]) -> None:
    """Write the files of all versions of some claims; one that is as it should be is left alone."""
    from nab.results.claims.differences import documents

    for name, content in documents(derived, claims):
        path = bench.paths.claims / name
        if not path.exists() or path.read_bytes() != content:
            files.replace_bytes(path, content)
