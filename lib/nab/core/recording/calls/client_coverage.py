"""Which clients in an agent's box trust the proxy, as the check at the start of its run found."""

from __future__ import annotations

import msgspec

from nab.core.text import tables
from nab.core.text.counts import number_of

COVERED = "ok"


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One client and its two calls: None when a call went well, else what the client said last."""

    client: str
    version: str = ""
    with_proxy: str | None = None
    without_proxy: str | None = None
    seconds: float = 0.0

    @property
    def covered(self) -> bool:
        return self.with_proxy is None and self.without_proxy is None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; `failed` says why nothing was.

    `proved_in` names the run in which it was, `proved_at` when, where that is not the run that it is told of.
    """

    schema: int = 1
    seconds: float = 0.0
    clients: tuple[Client, ...] = ()
    failed: str | None = None
    proved_in: str = ""
    proved_at: str = ""

    @property
    def uncovered(self) -> tuple[Client, ...]:
        return tuple(client for client in self.clients if not client.covered)


def read(printed: bytes) -> Coverage:
    """Read what the check in the box printed; whatever it is, it becomes a value."""
    found = [line for line in printed.splitlines() if line.startswith(b"{")]
    if not found:
        said = printed.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        return Coverage(failed=f"the check in the box said: {said[0][:200]}")
    try:
        return msgspec.json.decode(found[-1], type=Coverage)
    except msgspec.MsgspecError as error:
        return Coverage(failed=f"the check in the box printed no table: {error}")


def sentence(coverage: Coverage) -> str:
    """Say the result in a line."""
    if coverage.failed:
        return f"clients were not checked: {coverage.failed}"
    if not coverage.clients:
        return "no client was found in the box"
    total, uncovered = len(coverage.clients), coverage.uncovered
    if not uncovered:
        proved = f", as was proved at {coverage.proved_at} in {coverage.proved_in}"
        return (
            f"{number_of(total, 'client')} checked, all trust the proxy{proved if coverage.proved_in else ''}"
        )
    names = ", ".join(client.client for client in uncovered)
    return f"{total - len(uncovered)} of {number_of(total, 'client')} trust the proxy; not: {names}"


def table(coverage: Coverage) -> str:
    """Show every client with both calls, and the result."""
    rows = [
        (one.client, one.version[:40], one.with_proxy or COVERED, one.without_proxy or COVERED)
        for one in coverage.clients
    ]
    shown = tables.table(("client", "version", "with proxy variables", "without"), rows) if rows else ""
    return f"{shown}\n{sentence(coverage)}".lstrip()
