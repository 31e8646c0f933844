"""Whether a call may go on: only when every check has said yes. Knows no mitmproxy.

A check is an addon. It says yes in a hook by coming to the end of it; what it refuses, it has denied.
A call does not go on because nobody stopped it: it goes on with the yes of all.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable

from record.seen import Seen

# The hooks of a call, and who has to agree in each. proxy.py has them in their order.
CHECKS: dict[str, frozenset[str]] = {
    "requestheaders": frozenset(
        {"recorder", "gate", "policy", "answers", "keys", "routes", "selftest", "ends", "streams"}
    ),
    "request": frozenset({"recorder", "policy", "keys", "ends"}),
    "responseheaders": frozenset({"recorder", "answers", "keys", "ends", "streams"}),
    "response": frozenset({"recorder", "policy", "keys", "ends"}),
}
Step = Callable[[], Awaitable[None] | None]


async def lead(
    steps: Iterable[tuple[str, Step]],
    yes: Callable[[str], None],
    broke: Callable[[str, Exception], None],
) -> None:
    """Go through the steps of a hook in order and tell of each yes. The first that raises is the last."""
    for check, step in steps:
        try:
            waits = step()
            if inspect.isawaitable(waits):
                await waits
        except Exception as error:  # noqa: BLE001 - whatever a check raises, it has not said yes
            broke(check, error)
            return
        yes(check)


def agreed(seen: Seen, hook: str) -> bool:
    """Say whether every check of a hook has said yes."""
    return all((hook, check) in seen.yes for check in CHECKS[hook])


def may_leave(seen: Seen) -> bool:
    """Say whether a request may be sent on: nobody refused it, everybody agreed, and a line of it is written."""
    hooks = ("requestheaders", "request") if seen.hold_request else ("requestheaders",)
    return seen.denied is None and seen.is_written and all(agreed(seen, hook) for hook in hooks)


def may_return(seen: Seen) -> bool:
    """Say whether an answer may be given to the agent: whoever takes something out of it has done so."""
    hooks = ("responseheaders", "response") if seen.hold_response else ("responseheaders",)
    return all(agreed(seen, hook) for hook in hooks)
