"""What people ask of claims: the registry of any day, whether all is as it was said, one claim in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nab.actions.bench import Bench
from nab.actions.claims import looking
from nab.core.claims.families import REGISTERED
from nab.core.claims.told import told
from nab.core.errors import FAILED, USAGE, NabError
from nab.core.windows.rounds import seen

if TYPE_CHECKING:
    from nab.results.claims.derived import Derived
    from nab.results.claims.differences import Difference
    from nab.results.claims.documents import Registry


def derive(bench: Bench, upto: int | None = None) -> Derived:
    """Derive all claims as of an event; of the newest where none is given. Raises NabError for one there is not.

    What an earlier event had, only a bench tells that reads the whole log.
    """
    from nab.results.claims.registry import as_of

    events = bench.log.events()
    if upto is not None and not 1 <= upto <= len(events):
        raise NabError(
            f"AS_OF={upto}: there is no such event", hint=f"the log has 1 to {len(events)}", exit_code=USAGE
        )
    return as_of(events, upto)


def registry(bench: Bench, derived: Derived) -> Registry:
    """Return the registry, with the hash of its last event."""
    from nab.results.claims import registry as registries

    events, head = derived.events, bench.log.read().chain.head
    hashed = events[derived.upto].prev if derived.upto < head.seq else head.prev
    return registries.registry(derived, hashed)


def differences(bench: Bench, derived: Derived) -> list[Difference]:
    """Return where what is on record of claims, or a file, is something else than is derived.

    A file that is not there is made again.
    """
    from nab.results.claims import differences as found

    names = [name for name, _ in found.documents(derived, None)]
    kept = {name: path.read_bytes() for name in names if (path := bench.paths.claims / name).is_file()}
    differing = [*found.differences(derived, told(derived.events)), *found.files_differ(derived, kept)]
    if not differing:
        looking.write_files(bench, derived, {claim for claim, _, _ in derived.claims()})
    return differing


def complain(found: list[Difference]) -> NabError:
    """Say that claims are not as they were said."""
    ids = ", ".join(dict.fromkeys(one.id for one in found))
    return NabError(
        f"not what the log tells when it is derived anew: {ids}",
        hint="docs/claims.md, Checks",
        exit_code=FAILED,
    )


def explain(bench: Bench, claim: str, upto: int | None = None) -> str:
    """Tell one claim in plain words. Raises NabError that lists the claims where there is no such one."""
    from nab.results.claims import registry as registries
    from nab.results.claims import standing as tables
    from nab.results.claims.explanation import explained

    derived = derive(bench, upto)
    found = registries.claim(derived, claim)
    if found is None:
        names = ", ".join(one.claim for one in derived.claims()) or "none: no family is registered"
        raise NabError(
            f"no claim {claim!r}" if claim else "no ID given", hint=f"claims: {names}", exit_code=USAGE
        )
    family = derived.families[found.family]
    courses = tables.courses(family, found.pair, seen(derived.events[: derived.upto]))
    return explained(found, registries.family_told(family), list(courses))


def standing(bench: Bench) -> str:
    """Write where everybody stands beside the control, a table a family; nothing where none is registered."""
    events = bench.log.events()
    if not any(event.kind == REGISTERED for event in events):
        return ""
    from nab.results.claims import standing as tables
    from nab.results.claims.registry import as_of

    windows = seen(events)
    return "\n\n".join(tables.told(one, windows) for one in as_of(events, None).families.values())
