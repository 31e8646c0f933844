"""The Docker engine: where it is, whether it answers, and how to talk to it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nab.core.errors import FAILED, NabError
from nab.core.text import times
from nab.edges import process

if TYPE_CHECKING:
    import docker

DEFAULT_SOCKET = "/var/run/docker.sock"
LEAST_API = (1, 41)
QUICK_SECONDS = 3.0
CALL_SECONDS = 120
BUSY = "it is busy, or stuck: look again in a minute; journalctl -u docker says more"
START = "start it: sudo systemctl start docker (or run make prepare)"
JOIN_GROUP = "add yourself to group docker: sudo usermod -aG docker $USER, then log in again"


def address() -> str:
    """Return where the engine listens: DOCKER_HOST, or the usual socket."""
    return process.environment("DOCKER_HOST") or f"unix://{DEFAULT_SOCKET}"


def connect() -> docker.DockerClient:
    """Return a client of the running engine.

    Raises NabError when none runs, when we may not talk to it, or when it is too old.
    """
    refuse_unreachable()
    import docker
    import docker.errors
    import requests

    try:
        client = docker.from_env(timeout=CALL_SECONDS)
        spoken = str(client.api.api_version)  # the engine's own: the library has just asked it
    except requests.Timeout:
        raise slow(CALL_SECONDS) from None
    except (docker.errors.DockerException, OSError) as error:
        raise NabError(f"the Docker engine at {address()} does not answer: {error}", hint=START) from None
    refuse_old(spoken)
    return client


class EngineSlow(NabError):
    """The engine is there, and has not answered in time."""


def slow(seconds: float) -> EngineSlow:
    """Say that the engine has not answered for so long."""
    return EngineSlow(f"the Docker engine at {address()} has not answered for {seconds:g} s", hint=BUSY)


class EngineSilent(NabError):
    """The engine does not answer, or not as it should: it is being started anew, say. Nothing is known of its boxes."""


@contextmanager
def speaking() -> Iterator[None]:
    """Raise EngineSilent where the engine, asked through the docker library, does not answer, or breaks off."""
    import docker.errors
    import requests
    import urllib3.exceptions

    broken = (requests.ConnectionError, urllib3.exceptions.HTTPError)  # a stream breaks by the second
    try:
        yield
    except requests.Timeout as error:
        raise EngineSilent(f"the Docker engine does not answer: {error}", hint=BUSY) from None
    except broken as error:
        raise EngineSilent(f"the Docker engine does not answer: {error}", hint=START) from None
    except docker.errors.APIError as error:
        if not error.is_server_error():
            raise
        raise EngineSilent(f"the Docker engine is in trouble: {error.explanation}", hint=START) from None


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what goes wrong between us and the engine, at any call, into a NabError; its silence into EngineSilent."""
    import docker.errors
    import requests

    try:
        with speaking():
            yield
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise NabError(f"the Docker engine failed us: {error}", hint=START, exit_code=FAILED) from None


def began(client: docker.DockerClient) -> str:
    """Return when the engine last started and found no box running; empty where it does not say.

    It makes its default bridge anew at each such start, and keeps it where boxes went on without it (live-restore).
    """
    import docker.errors

    try:
        made = client.networks.get("bridge").attrs["Created"]
    except (docker.errors.NotFound, KeyError):
        return ""
    return times.text(datetime.fromisoformat(made).astimezone(UTC))


def identity(client: docker.DockerClient) -> str:
    """Say which engine this is, and what it is made of: its own id, its version, that of what runs boxes, the kernel's.

    Raises KeyError where it does not tell.
    """
    told, parts = client.info(), client.version()
    made = [f"{one['Name']} {one['Version']}" for one in parts.get("Components") or ()]
    return "; ".join([str(told["ID"]), *(made or [str(parts["Version"])]), str(told["KernelVersion"])])


def refuse_old(spoken: str) -> None:
    """Raise NabError for an engine whose API is older than ours."""
    if tuple(int(part) for part in spoken.split(".")) < LEAST_API:
        least = ".".join(map(str, LEAST_API))
        raise NabError(
            f"the Docker engine speaks API {spoken}; at least {least} (engine 20.10) is needed",
            hint="upgrade Docker: apt-get install docker.io, or your distribution's way",
        )


def refuse_unreachable() -> None:
    """Raise NabError that says why the engine's socket cannot be used; a TCP address is not tried."""
    if not address().startswith("unix://"):
        return
    where = socket_path()
    try:
        with socket.socket(socket.AF_UNIX) as trial:
            trial.settimeout(QUICK_SECONDS)
            trial.connect(where)
    except TimeoutError:
        raise slow(QUICK_SECONDS) from None
    except PermissionError:
        raise NabError(f"permission denied on the Docker socket {where}", hint=JOIN_GROUP) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise NabError(f"no Docker engine is running at {where} ({why})", hint=START) from None


def socket_path() -> str:
    """Return the path of the engine's socket."""
    return address().removeprefix("unix://")


class SocketConnection(http.client.HTTPConnection):
    """HTTP over the engine's UNIX socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(QUICK_SECONDS)
        self.sock.connect(socket_path())


def ask(path: str) -> bytes:
    """GET a path of the engine's API over its socket, without importing docker.

    Raises OSError or http.client.HTTPException when it does not answer with 200.
    """
    connection = SocketConnection("localhost")
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise http.client.HTTPException(f"GET {path}: {answer.status}")
    return body


def asked(path: str) -> bytes:
    """Ask as `ask` does, but raise NabError when there is no answer."""
    try:
        return ask(path)
    except TimeoutError:
        raise slow(QUICK_SECONDS) from None
    except (OSError, http.client.HTTPException) as error:
        raise NabError(f"the Docker engine at {address()} does not answer: {error}", hint=START) from None


def ping() -> bool:
    """Say, in milliseconds, whether an engine answers us."""
    if not address().startswith("unix://"):
        return tcp_answers()
    try:
        return ask("/_ping") == b"OK"
    except (OSError, http.client.HTTPException):
        return False


def refuse_ending() -> None:
    """Raise EngineSilent where no new connection is answered.

    An engine that is being ended takes none from then on, but still answers those it has while it ends its boxes.
    """
    if not ping():
        raise EngineSilent("the Docker engine takes no new connection", hint=START)


def tcp_answers() -> bool:
    """Ask an engine behind a TCP or ssh address through the docker library."""
    try:
        return bool(connect().ping())
    except NabError:
        return False


def running_boxes(label: str) -> list[dict[str, Any]]:
    """List the running containers that carry a label (`nab.run`, or `nab.run=NAME`), as the engine says it.

    Raises NabError when the engine cannot be asked: an empty list means none.
    """
    wanted = {"label": [label]}
    if not address().startswith("unix://"):
        return list(connect().api.containers(filters=wanted))
    refuse_unreachable()
    return list(decoded(asked(f"/containers/json?filters={quote(json.dumps(wanted))}"), list))


def version() -> str:
    """Return the engine's version. Raises NabError that says why it cannot be asked."""
    if not address().startswith("unix://"):
        return str(connect().version()["Version"])
    refuse_unreachable()
    return str(json.loads(asked("/version"))["Version"])


def data_root() -> Path | None:
    """Return the folder in which an engine of this machine keeps its data. Raises NabError when it cannot be asked."""
    if not address().startswith("unix://"):
        return None
    refuse_unreachable()
    return Path(json.loads(asked("/info"))["DockerRootDir"])


def has_image(name: str) -> bool:
    """Say whether the engine has an image; False as well when it does not answer."""
    if not address().startswith("unix://"):
        return any(f"{name}:latest" in image.tags for image in connect().images.list())
    try:
        ask(f"/images/{quote(name, safe='/')}/json")
    except (OSError, http.client.HTTPException):
        return False
    return True


def all_boxes(label: str) -> list[dict[str, Any]]:
    """List the containers that carry a label, ended ones too, in one call. Raises NabError when it cannot be asked."""
    wanted = {"label": [label]}
    if not address().startswith("unix://"):
        return list(connect().api.containers(all=True, filters=wanted))
    refuse_unreachable()
    return list(decoded(asked(f"/containers/json?all=1&filters={quote(json.dumps(wanted))}"), list))


def decoded(answer: bytes, kind: type) -> Any:
    """Read what the engine answered. Raises EngineSilent where it is something else than was asked for."""
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    if not isinstance(told, kind):
        raise EngineSilent("the Docker engine answers something else than it was asked", hint=START)
    return told
