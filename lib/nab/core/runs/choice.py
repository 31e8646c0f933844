"""Which run a person means who writes little of its name, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from nab.core.errors import NabError

SHOWN = 5


def named(names: Sequence[str], given: str) -> str:
    """Return the run that is meant: the newest, the one of that name, or the only one whose name has that in it.

    `names` are those of all runs, the oldest first. What a name begins with counts before what is in it. Raises
    NabError that lists the choices.
    """
    if not names:
        raise NabError(
            f"no run {given!r}" if given else "no run yet", hint="make run AGENT=baseline LEVEL=L3 starts one"
        )
    if not given:
        return names[-1]
    if given in names:
        return given
    fit = [name for name in names if name.startswith(given)] or [name for name in names if given in name]
    if not fit:
        raise NabError(f"no run {given!r}", hint=f"the newest runs: {', '.join(names[-SHOWN:])}")
    if len(fit) > 1:
        more = f", and {len(fit) - SHOWN} more" if len(fit) > SHOWN else ""
        raise NabError(
            f"{given!r} fits {len(fit)} runs", hint=f"more of the name: {', '.join(fit[-SHOWN:])}{more}"
        )
    return fit[0]
