"""Containers and their networks, found by label, never by name alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nab.core.errors import BUSY, FAILED, NabError
from nab.core.text import printable, slots

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.errors import APIError
    from docker.models.containers import Container

RUN, ENTRANT, STATE, ROLE = "nab.run", "nab.entrant", "nab.state", "nab.role"
AGENT, PROXY = "agent", "proxy"
CONFLICT = 409
KNOWN_WITHIN_SECONDS = 30.0  # by the engine, of an end that the kernel told of


@dataclass(frozen=True)
class Box:
    """A container as the engine sees it now. Instants are the engine's own text, empty before they happened."""

    id: str
    name: str
    status: str
    labels: dict[str, str]
    exit_code: int | None
    started_at: str
    finished_at: str
    pid: int
    oom_killed: bool = False  # the kernel killed in it for lack of memory, in the start of it that is over

    @property
    def run(self) -> str:
        return self.labels.get(RUN, "")

    @property
    def running(self) -> bool:
        return self.status in {"running", "paused", "restarting"}

    @property
    def works(self) -> bool:
        """Whether what is in it runs: not where it is paused."""
        return self.status == "running"


def seen(container: Container) -> Box:
    """Read what the engine said of a container."""
    state = container.attrs["State"]
    over = state["Status"] in {"exited", "dead"}
    return Box(
        id=str(container.id),
        name=str(container.name),
        status=state["Status"],
        labels=dict(container.labels),
        exit_code=state["ExitCode"] if over else None,
        started_at=slots.instant(state["StartedAt"]),
        finished_at=slots.instant(state["FinishedAt"]) if over else "",
        pid=state.get("Pid") or 0,
        oom_killed=over and bool(state.get("OOMKilled")),
    )


def find(engine: DockerClient, labels: Mapping[str, str]) -> list[Box]:
    """Return the boxes that carry all these labels, running or not."""
    wanted = [f"{key}={value}" for key, value in labels.items()]
    found = engine.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
    return [seen(container) for container in found]


def inspect(engine: DockerClient, box_id: str) -> Box | None:
    """Return the box, or None when the engine has no such container."""
    from docker.errors import NotFound

    try:
        return seen(engine.containers.get(box_id))
    except NotFound:
        return None


class Refused(NabError):
    """The engine answers, and will not make or start this box: it would say the same the next time."""


def create(engine: DockerClient, options: Mapping[str, Any]) -> Box:
    """Make a box, not yet started. Its name is a mutex: raises NabError (busy) when it is taken, else Refused."""
    from docker.errors import APIError, ImageNotFound

    try:
        container = engine.containers.create(**options)
    except ImageNotFound:
        raise Refused(f"no image {options['image']}", hint="make images", exit_code=FAILED) from None
    except APIError as error:
        if error.status_code == CONFLICT:
            raise NabError(
                f"{options['name']} is taken", hint="make status shows by whom", exit_code=BUSY
            ) from None
        raise refused("make", str(options["name"]), error) from None
    return seen(container)


def start(engine: DockerClient, box_id: str) -> Box:
    """Start a box, or start it again. Raises Refused when the engine will not."""
    from docker.errors import APIError

    try:
        engine.api.start(box_id)
        container = engine.containers.get(box_id)
    except APIError as error:
        raise refused("start", box_id[:12], error) from None
    return seen(container)


def refused(what: str, name: str, error: APIError) -> Refused:
    """Put into words what the engine answered. It says 500, too, where a device or a mount of the box is missing."""
    said = printable.line(str(error.explanation or error))
    return Refused(f"the Docker engine would not {what} {name}: {said}", hint="make doctor", exit_code=FAILED)


def start_with_input(engine: DockerClient, box_id: str, line: bytes) -> Box:
    """Start a box and write one line to its standard input: what it is told so is in no file and no inspection."""
    attached = engine.api.attach_socket(box_id, params={"stdin": 1, "stream": 1})
    try:
        box = start(engine, box_id)
        getattr(attached, "_sock", attached).sendall(line.rstrip(b"\n") + b"\n")
    finally:
        # The answer that it came with goes first: one that outlives its socket complains when it is collected.
        getattr(attached, "_response", attached).close()
        attached.close()
    return box


def stop(engine: DockerClient, box_id: str, grace_seconds: int = 30) -> None:
    """Ask the box to end (TERM), and kill it after the grace. A box that is gone is stopped."""
    from docker.errors import NotFound

    with suppress(NotFound):
        engine.containers.get(box_id).stop(timeout=grace_seconds)


def ended_within(engine: DockerClient, box_id: str, seconds: float) -> bool:
    """Wait for the end of a box, at most that long; a box that is gone has ended."""
    import requests
    from docker.errors import NotFound

    try:
        engine.containers.get(box_id).wait(timeout=seconds)
    except NotFound:
        return True
    except (requests.ReadTimeout, requests.ConnectionError):  # docker lets both through when the time is over
        return False
    return True


def remove(engine: DockerClient, box_id: str) -> None:
    """Remove a box, whatever it does."""
    from docker.errors import APIError, NotFound

    try:
        engine.containers.get(box_id).remove(force=True, v=True)
    except NotFound:
        pass
    except APIError as error:
        if error.status_code != CONFLICT:  # somebody else is removing it already
            raise


def output(engine: DockerClient, box_id: str, *, follow: bool) -> Iterator[bytes]:
    """Yield what the box printed, and with `follow` what it still prints until it ends. One that goes has nothing."""
    from docker.errors import APIError, NotFound

    try:
        yield from engine.api.logs(box_id, stream=True, follow=follow)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != CONFLICT:  # somebody is removing it
            raise


def execute(
    engine: DockerClient, box_id: str, argv: Sequence[str], environment: Mapping[str, str]
) -> tuple[Iterator[bytes], str]:
    """Start a program in a running box, as the box's user; returns its output stream and the engine's id of it."""
    handle = engine.api.exec_create(box_id, list(argv), environment=dict(environment), workdir="/workspace")
    return engine.api.exec_start(handle["Id"], stream=True), handle["Id"]


def exit_code(engine: DockerClient, execution: str) -> int | None:
    """Return how a program started with `execute` ended; None while it runs."""
    code: int | None = engine.api.exec_inspect(execution)["ExitCode"]
    return code
