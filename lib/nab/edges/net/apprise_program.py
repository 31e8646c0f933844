"""The program that tells services: in a process of its own, so that one that hangs holds nobody up.

It is told on its standard input what to say and to which addresses, which are secrets, and answers with a line of JSON
for each way as soon as that is over. Nothing else is printed: what Apprise writes may quote an address.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any

import msgspec

from nab.edges import clock

ANSWERS = threading.Lock()


class Order(msgspec.Struct, frozen=True):
    """What is to be said, the addresses of each way, of which the first that takes it is enough, and by when."""

    subject: str
    text: str
    ways: tuple[tuple[str, ...], ...]
    seconds: float


class Answer(msgspec.Struct, frozen=True):
    """What became of a way, by its place; without `why` it took it."""

    way: int
    why: str = ""


def main() -> None:
    """Tell it in every way at once; whoever has not answered in time is given up with us."""
    import apprise  # takes a second

    logging.disable(logging.CRITICAL)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    made = [[service_of(apprise, address) for address in addresses] for addresses in order.ways]
    tellers = [
        threading.Thread(target=answer, args=(place, services, order), daemon=True)
        for place, services in enumerate(made)
    ]
    for teller in tellers:
        teller.start()
    until = clock.monotonic() + order.seconds
    for teller in tellers:
        teller.join(max(0.0, until - clock.monotonic()))


def service_of(apprise: Any, address: str) -> Any:
    """Make a service of an address; None where Apprise knows none."""
    service = apprise.Apprise()
    return service if service.add(address) else None


def answer(way: int, services: list[Any], order: Order) -> None:
    """Try one after the other, and say how that ended."""
    known = [service for service in services if service is not None]
    why = "" if known else "Apprise knows no service by this address"
    for service in known:
        try:
            why = (
                ""
                if service.notify(title=order.subject, body=order.text, body_format="text")
                else "it failed"
            )
        except Exception as error:  # noqa: BLE001 - what a hundred services raise is without end
            why = type(error).__name__
        if not why:
            break
    with ANSWERS:
        sys.stdout.buffer.write(msgspec.json.encode(Answer(way, why)) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
