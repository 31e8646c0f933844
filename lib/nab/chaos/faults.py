"""The faults of `faults.toml`, and which tests of them a machine can run."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path

import msgspec

from nab.core.errors import NabError

FILE = Path(__file__).with_name("faults.toml")
NEEDS = ("quick", "longer", "root", "engine", "machine")
CAMPAIGNS = ("log", "runs")
COUNTED = ("bad inputs", "attacks")


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault: what happens, what is promised, and the tests that try it, by what they need."""

    id: str
    says: str
    promise: str
    quick: tuple[str, ...] = ()
    longer: tuple[str, ...] = ()
    root: tuple[str, ...] = ()
    engine: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    campaign: str = ""
    counts: str = ""
    missing: str = ""

    def tests(self, needs: Set[str]) -> tuple[str, ...]:
        """Return the tests that need one of these."""
        return tuple(test for need in NEEDS if need in needs for test in getattr(self, need))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fault: tuple[Fault, ...]


def load(text: bytes | None = None) -> tuple[Fault, ...]:
    """Read the list, or another text of its form."""
    try:
        return msgspec.toml.decode(FILE.read_bytes() if text is None else text, type=_File).fault
    except (msgspec.MsgspecError, ValueError) as error:
        raise NabError(f"{FILE.name} cannot be read: {error}", hint="correct the list of faults") from None


def named(faults: Sequence[Fault], ids: Sequence[str]) -> tuple[Fault, ...]:
    """Return those that are asked for; all where none is. Raises NabError for one that there is not."""
    unknown = sorted(set(ids) - {fault.id for fault in faults})
    if unknown:
        raise NabError(f"no fault {unknown[0]}", hint=f"there are {faults[0].id} to {faults[-1].id}")
    return tuple(fault for fault in faults if not ids or fault.id in ids)
