"""The manifest of a release: what it was made of, for which Python, and the hash of each file in it."""

from __future__ import annotations

import msgspec

FORMAT = 1  # of the tarball; `nab-release` refuses another
NAME = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a release says of itself. `time` is the commit's, in UTC; `files` has the SHA-256 of each by its path."""

    format: int = FORMAT
    id: str
    version: str
    commit: str
    time: str
    python: str
    machine: str
    files: dict[str, str]


def release_id(version: str, commit: str, *, dirty: bool) -> str:
    """Name a release: 0.1.0-4c22d86f1a2b; one of a changed checkout says so."""
    return f"{version}-{commit[:12]}{'-dirty' if dirty else ''}"


def written(manifest: Manifest) -> bytes:
    """Write a manifest, the same bytes for the same release."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"
