"""How mitmproxy calls our addons: through the passage, so that what raises ends the call and not its check alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mitmproxy.addonmanager import AddonManager
from record import calls

from passage import checks
from passage.faults import Faults


class Hooks(AddonManager):
    """Leads every hook through the addons. mitmproxy's own would go on with the next addon after a fault."""

    def __init__(self, master: Any, faults: Faults) -> None:
        super().__init__(master)
        self.faults = faults

    async def trigger_event(self, event: Any) -> None:
        """Call the addons one after the other."""
        about = next(iter(event.args()), None)

        def yes(check: str) -> None:
            seen = calls.known(about)
            if seen is not None:
                seen.yes.add((event.name, check))

        def broke(check: str, error: Exception) -> None:
            self.faults.broke(event.name, check, about, error)

        await checks.lead(self.steps(event), yes, broke)

    def steps(self, event: Any) -> Iterator[tuple[str, checks.Step]]:
        for one in self.chain:
            for addon, hook in self._iter_hooks(one, event):
                yield type(addon).__name__.lower(), partial(hook, *event.args())
