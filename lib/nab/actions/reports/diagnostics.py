"""What agents had Numerai score of their validation predictions, as people and programs read it."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.actions.scores.diagnostics import newest, scan
from nab.core.errors import NabError
from nab.core.scores import diagnostics
from nab.core.scores.diagnostics import DiagnosedFile
from nab.core.text.tables import Report, Table
from nab.edges.files import hashed


def told(bench: Bench) -> list[DiagnosedFile]:
    """Return all that is known, with the submissions that followed."""
    hashes: dict[str, str] = {}
    for run in bench.standings().runs:
        hashes |= scan(bench, run).files
    return diagnostics.candidates(bench.log.events(), hashes)


def whole(bench: Bench, name: str) -> bytes:
    """Return Numerai's whole answer on a diagnosis, as it came. Raises NabError where there is none."""
    found = {id: (run, seen) for (run, id), seen in newest(bench).items()}
    if name not in found:
        raise NabError(f"no diagnosis {name!r} is known", hint="scripts/diagnostics.py --json lists them")
    run, seen = found[name]
    if not seen.answer:
        why = seen.left_out or "it has not been asked for yet"
        raise NabError(
            f"the whole answer on {name} is not kept: {why}", hint="make diagnostics shows what is known"
        )
    return hashed.read(bench.run(run).diagnoses, seen.answer)


def as_values(found: list[DiagnosedFile]) -> list[dict[str, Any]]:
    """Write it for programs."""
    return [
        {"entrant": one.entrant, **msgspec.to_builtins(one.seen), "became": one.became, "how": one.how}
        for one in found
    ]


def show(found: list[DiagnosedFile]) -> Report:
    """Write it for a person."""
    if not found:
        return [
            "no agent has had anything diagnosed, as far as make tick and scripts/fetch_scores.py have seen"
        ]
    titles = ("at", "entrant", "file (SHA-256)", "status", "CORR", "BMC", "followed by")
    return [Table(titles, [cells(one) for one in found])]


def cells(one: DiagnosedFile) -> tuple[str, ...]:
    """Write one in a row."""
    seen = one.seen
    means = [seen.metrics.get(f"validation{name}Mean") for name in ("Corr", "Bmc")]
    followed = f"{one.became} ({one.how})" if one.became else ""
    return (
        seen.inserted_at,
        one.entrant,
        seen.sha256[:12],
        seen.status,
        *("" if mean is None else f"{mean:+.4f}" for mean in means),
        followed,
    )
