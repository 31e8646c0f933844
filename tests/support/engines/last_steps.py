"""Ending what a test has made: every step is taken, and none hides the error that came first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def ended_by(*steps: Callable[[], object]) -> Iterator[None]:
    """Take these steps at the end, each whatever becomes of those before; the first error is raised.

    What goes wrong after it is often only its consequence: it is told in a note.
    """
    first: BaseException | None = None
    try:
        yield
    except BaseException as error:  # noqa: BLE001 - it is raised below
        first = error
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - it is raised below, or told
            if first is None:
                first = error
            else:
                first.add_note(f"and at the end: {type(error).__name__}: {error}")
    if first is not None:
        raise first
