"""Where an agent's program comes from: as its lock or its files say, and as an image was built."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nab.core.agents.adapters import Install
from nab.core.errors import NabError
from nab.edges.docker import build_context
from nab.edges.docker.build_context import Recipe

if TYPE_CHECKING:
    import docker

LOCK = "package-lock.json"
REQUIREMENTS = "requirements.lock"
DRIVEN = "agent.toml"
CONTINUED = re.compile(rb"\\\r?\n")
REQUIRED = re.compile(rb"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*)$", re.MULTILINE)
HASH = re.compile(rb"--hash=(sha256:[0-9a-f]{64})")
LABELS = "nab.cli."


class Program(msgspec.Struct, frozen=True):
    """A program, exactly: `integrity` is the registry's hash of its package, `lock` ours of all that it needs.

    Files that are copied have their folder's name, and the hash of all of them; its beginning is their version.
    """

    package: str
    version: str
    integrity: str
    lock: str

    @property
    def labels(self) -> dict[str, str]:
        """Return what its image is labelled with: how a run knows what it ran."""
        return {f"{LABELS}{name}": value for name, value in msgspec.to_builtins(self).items()}

    @property
    def arguments(self) -> dict[str, str]:
        """Return what the Dockerfile of a package is told."""
        return {f"CLI_{name.upper()}": value for name, value in msgspec.to_builtins(self).items()}


class Locked(msgspec.Struct):
    """A package in a lock."""

    version: str = ""
    integrity: str = ""


class Lock(msgspec.Struct):
    """What is read of package-lock.json."""

    packages: dict[str, Locked]


def wanted(folder: Path, install: Install) -> Program:
    """Say exactly what an agent's program is.

    Raises NabError when a lock is missing, or locks something else than agent.toml says.
    """
    match install.kind:
        case "npm":
            return of_npm(folder, install)
        case "pip":
            return of_pip(folder, install)
        case _:
            return copied(folder)


def of_npm(folder: Path, install: Install) -> Program:
    """Read npm's lock."""
    file = folder / LOCK
    hint = f"in {folder}: npm install --package-lock-only --omit-lockfile-registry-resolved=true"
    written = content_of(file, hint)
    try:
        found = msgspec.json.decode(written, type=Lock).packages.get(f"node_modules/{install.package}")
    except msgspec.DecodeError as error:
        raise NabError(f"{file} is no lock: {error}", hint=hint) from None
    check_version(file, install, found.version if found else "", hint)
    if found is None or not found.integrity.startswith("sha512-"):
        raise NabError(f"{file} has no sha512 of {install.package}", hint=hint)
    return Program(install.package, install.version, found.integrity, sha256(written))


def of_pip(folder: Path, install: Install) -> Program:
    """Read pip's lock: requirements with the hashes of their files, as pip-compile and uv write them."""
    file = folder / REQUIREMENTS
    hint = f"in {folder}: pip-compile --generate-hashes --output-file {REQUIREMENTS} requirements.in"
    written = content_of(file, hint)
    found = REQUIRED.findall(CONTINUED.sub(b" ", written))
    locked = {normal(name.decode()): (version.decode(), rest) for name, version, rest in found}
    version, rest = locked.get(normal(install.package), ("", b""))
    check_version(file, install, version, hint)
    without = [name for name, (_, rest) in locked.items() if not HASH.search(rest)]
    if without:
        raise NabError(f"{file} has no sha256 of {', '.join(without)}", hint=hint)
    hashes = " ".join(sorted(one.decode() for one in HASH.findall(rest)))
    return Program(install.package, install.version, hashes, sha256(written))


def copied(folder: Path) -> Program:
    """Hash the files of an agent's folder: all that can come into its image but how it is driven."""
    files = {name: file for name, file in build_context.folder(folder).items() if name != DRIVEN}
    whole = build_context.digest(Recipe(name=folder.name, files=files, parent_id=""))
    return Program(folder.name, whole[:12], f"sha256:{whole}", "")


def content_of(file: Path, hint: str) -> bytes:
    """Read a lock. Raises NabError without one."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NabError(f"no {file.name} in {file.parent}", hint=hint) from None


def check_version(file: Path, install: Install, locked: str, hint: str) -> None:
    """Raise NabError where a lock has another version than agent.toml, or none."""
    if locked != install.version:
        raise NabError(
            f"{file} locks {locked or 'nothing'} of {install.package}, agent.toml wants {install.version}",
            hint=hint,
        )


def normal(name: str) -> str:
    """Spell a Python package's name in the one way."""
    return re.sub(r"[-_.]+", "-", name).lower()


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
