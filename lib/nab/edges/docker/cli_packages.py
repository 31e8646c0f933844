"""Which package an agent's program comes from: as its lock says, and as an image was built."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nab.core.agents.adapters import Install
from nab.core.errors import NabError

if TYPE_CHECKING:
    import docker

LOCK = "package-lock.json"
LABELS = "nab.cli."


class Program(msgspec.Struct, frozen=True):
    """A program, exactly: `integrity` is the registry's hash of its package, `lock` ours of all that it needs."""

    package: str
    version: str
    integrity: str
    lock: str

    @property
    def arguments(self) -> dict[str, str]:
        """Return what its Dockerfile writes into the image's labels."""
        return {f"CLI_{name.upper()}": value for name, value in msgspec.to_builtins(self).items()}


class Locked(msgspec.Struct):
    """A package in a lock."""

    version: str = ""
    integrity: str = ""


class Lock(msgspec.Struct):
    """What is read of package-lock.json."""

    packages: dict[str, Locked]


def wanted(folder: Path, install: Install) -> Program:
    """Read an agent's lock. Raises NabError when it is missing or locks something else than agent.toml says."""
    file = folder / LOCK
    hint = f"in {folder}: npm install --package-lock-only --omit-lockfile-registry-resolved=true"
    try:
        written = file.read_bytes()
        found = msgspec.json.decode(written, type=Lock).packages.get(f"node_modules/{install.package}")
    except FileNotFoundError:
        raise NabError(f"no {LOCK} in {folder}", hint=hint) from None
    except msgspec.DecodeError as error:
        raise NabError(f"{file} is no lock: {error}", hint=hint) from None
    if found is None or found.version != install.version:
        locked = found.version if found else "nothing"
        raise NabError(
            f"{file} locks {locked} of {install.package}, agent.toml wants {install.version}", hint=hint
        )
    if not found.integrity.startswith("sha512-"):
        raise NabError(f"{file} has no sha512 of {install.package}", hint=hint)
    return Program(install.package, install.version, found.integrity, sha256(written))


def sha256(content: bytes) -> str:
    """Return a content's digest as images' digests are written."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def installed(client: docker.DockerClient, image: str) -> Program | None:
    """Return the program in an image, or None for an image that has none. Raises NabError without the image."""
    import docker.errors

    try:
        labels = client.images.get(image).labels
    except docker.errors.ImageNotFound:
        raise NabError(f"no image {image} on this machine", hint="make images") from None
    found = {name.removeprefix(LABELS): text for name, text in labels.items() if name.startswith(LABELS)}
    return msgspec.convert(found, Program) if found else None
