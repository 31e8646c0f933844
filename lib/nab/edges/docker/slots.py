"""Boxes that take turns: paused, let go on, and named. What is as it should be already is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nab.core.errors import BUSY, FAILED, NabError
from nab.edges.docker import boxes
from nab.edges.docker.engine import EngineSilent

if TYPE_CHECKING:
    from docker import DockerClient


def pause(engine: DockerClient, box_id: str) -> None:
    """Stop every process of a box where it is. A box that has ended, or is gone, needs no pause.

    Raises EngineSilent where it is to be tried again: the kernel cannot freeze what has used up its CPU at once.
    """
    from docker.errors import APIError, NotFound

    try:
        engine.containers.get(box_id).pause()
    except NotFound:
        return
    except APIError as error:
        box = boxes.inspect(engine, box_id)
        if box and box.status == "running":
            again = EngineSilent if error.is_server_error() else NabError
            raise again(f"{box.name} cannot be paused: {error.explanation}", exit_code=FAILED) from None


def wake(engine: DockerClient, box_id: str) -> None:
    """Let a paused box go on. Raises NabError for one that does not run."""
    from docker.errors import APIError, NotFound

    try:
        engine.containers.get(box_id).unpause()
    except NotFound:
        raise NabError("the box whose turn it is is gone", hint="make status", exit_code=BUSY) from None
    except APIError as error:
        box = boxes.inspect(engine, box_id)
        if box is None or box.status != "running":
            raise NabError(
                f"the box whose turn it is does not go on: {error.explanation}", exit_code=FAILED
            ) from None


def name(engine: DockerClient, box_id: str, name: str) -> None:
    """Give a box a name. The engine's table of names is the mutex: raises NabError (busy) when another box has it."""
    from docker.errors import APIError, NotFound

    try:
        engine.containers.get(box_id).rename(name)
    except NotFound:
        raise NabError(f"the box that was to be {name} is gone", hint="make status", exit_code=BUSY) from None
    except APIError as error:
        box = boxes.inspect(engine, box_id)
        if box and box.name == name:
            return
        if error.status_code == boxes.CONFLICT:
            raise NabError(f"{name} is taken", hint="make lock shows by whom", exit_code=BUSY) from None
        raise


def step_aside(engine: DockerClient, box_id: str, another: str) -> None:
    """Give a box a name that is not the slot's. A box that is gone has left the slot's name free already."""
    try:
        name(engine, box_id, another)
    except NabError:
        if boxes.inspect(engine, box_id):
            raise
