"""Work that goes on beside the rest of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def begin(what: Callable[[], T]) -> Future[T]:
    """Begin something and return what will hold its result. Whoever ends the program does not wait for it."""
    result: Future[T] = Future()

    def work() -> None:
        try:
            found = what()
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
            result.set_exception(error)
        else:
            result.set_result(found)

    threading.Thread(target=work, daemon=True).start()
    return result
