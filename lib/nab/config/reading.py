"""nab.toml read, once, by scripts, and the state folder found."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path

import msgspec

from nab import providers
from nab.config.checks import check
from nab.config.settings import Config, Settings
from nab.core.errors import FAILED, NabError
from nab.core.upkeep import state_format
from nab.operator_files import refuse_endless, remedy, text_of
from nab.paths import Paths, installation


def load(file: Path, state: Path, allowed: Callable[[Path], None] = lambda _: None) -> Config:
    """Read nab.toml. Raises NabError with the place of the mistake, and as `allowed` does for the state folder."""
    try:
        written = tomllib.loads(text_of(file))
    except (
        ValueError,
        RecursionError,
    ) as error:  # tomllib has no word of its own for a number of 5,000 digits
        raise NabError(f"{file} is not TOML: {error}") from None
    refuse_endless(written, file)
    try:
        settings = msgspec.convert(written, Settings)
    except msgspec.ValidationError as error:
        hint = remedy(Settings, str(error), "docs/operations.md")
        raise NabError(f"{file}: {readable(str(error))}", hint=hint) from None
    check(settings, file)
    repository = installation()
    providers.check(repository / "images", file, settings.providers, IPv4Network(settings.proxy.networks))
    allowed(state)
    return Config(settings=settings, file=file, repository=repository, paths=place(state, repository))


def readable(complaint: str) -> str:
    """Say where in the file: `$.limits.cpus` becomes limits.cpus."""
    return (
        complaint.replace("Object contains unknown field", "unknown key")
        .replace("$.", "")
        .replace(" - at `$`", "")
    )


def place(state: Path, repository: Path) -> Paths:
    """Find the state folder; it is made when it is missing. The site of one that lies elsewhere lies beside it.

    Raises NabError where a newer program made it what this one does not know.
    """
    root = state.resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NabError(f"cannot make {root}: {error.strerror}", exit_code=FAILED) from None
    marker = root / state_format.NAME
    state_format.refuse_newer(marker.read_bytes() if marker.is_file() else None, root)
    beside = repository if root.is_relative_to(repository) else root.parent
    return Paths(root=root, site=beside / "site")
