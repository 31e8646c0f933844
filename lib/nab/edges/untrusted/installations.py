"""What Python's and npm's folders in a hostile folder say is installed. Nothing is run; what cannot be read is none."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

import msgspec

from nab.core.foreign import Decoder, UnreadableError
from nab.core.recording import packages
from nab.core.recording.packages import MOST_PACKAGES, NPM_NAME, SITE, SITES, VERSION
from nab.edges.untrusted import descriptors, workspaces
from nab.paths import AgentFolder

MOST_NAMES, PACKAGE_JSON = 20_000, 1 << 18  # entries of a folder; bytes of a package.json


class Package(msgspec.Struct, frozen=True):
    """The little of a package.json that counts."""

    version: str = ""


PACKAGE = Decoder(Package)


def signature(root: AgentFolder, folder: bytes) -> int | None:
    """Return what changes when something is installed there or removed; None where there is no such folder."""
    found = descriptors.status(root, folder)
    return workspaces.signature(found) if found and stat.S_ISDIR(found.st_mode) else None


def sites(root: AgentFolder, prefix: bytes) -> Iterator[bytes]:
    """Yield the folders into which the Pythons of a prefix install."""
    library = workspaces.join(prefix, b"lib")
    for name in sorted(entries(root, library)):
        if SITE.fullmatch(name):
            yield from (b"/".join((library, name, site)) for site in SITES)


def python(root: AgentFolder, folder: bytes) -> dict[str, str]:
    """Return the distributions in a folder of Python's packages."""
    return packages.distributions(entries(root, folder))


def npm(root: AgentFolder, folder: bytes) -> dict[str, str]:
    """Return the packages in a folder of npm's."""
    found: dict[str, str] = {}
    for name in names(root, folder):
        if len(found) == MOST_PACKAGES:
            break
        place = workspaces.join(folder, os.fsencode(f"{name}/package.json"))
        if NPM_NAME.fullmatch(name) and (version := version_of(root, place)):
            found[name] = version
    return found


def names(root: AgentFolder, folder: bytes) -> Iterator[str]:
    """Yield what is in a folder of npm's; of a scope what is in that."""
    for name in sorted(entries(root, folder)):
        if name.startswith(b"@"):
            for inside in sorted(entries(root, workspaces.join(folder, name))):
                yield os.fsdecode(workspaces.join(name, inside))
        elif not name.startswith(b"."):
            yield os.fsdecode(name)


def version_of(root: AgentFolder, path: bytes) -> str:
    """Return the version in a package.json; nothing where there is none to be read."""
    try:
        written = workspaces.content(root, path, PACKAGE_JSON)
        said = PACKAGE.decode(written).version if written else ""
    except (OSError, UnreadableError):
        return ""
    return said if VERSION.fullmatch(said) else ""


def entries(root: AgentFolder, folder: bytes) -> list[bytes]:
    """List a folder; one that is not there has nothing in it."""
    try:
        return list(workspaces.listing(root, folder, most=MOST_NAMES).others)
    except OSError:
        return []
