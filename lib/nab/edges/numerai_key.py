"""The Numerai key: a file that only the harness and the proxy read."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nab.config import Config
from nab.core.errors import NabError


class Key(msgspec.Struct, frozen=True):
    """An API key. Never printed."""

    public_id: str
    secret_key: str

    def __repr__(self) -> str:
        return f"Key({self.public_id[:4]}…)"


def key_file(config: Config) -> Path:
    """Return where the key lies: a file of mode 0600 that only the harness and the proxy read."""
    match config.settings.tournament.kind:
        case "live":
            return config.paths.secrets / "numerai.json"
        case "local":
            return config.paths.tournament / "key.json"


def read_key(file: Path) -> Key:
    """Read the key. Raises NabError when it is missing, malformed or readable by others."""
    try:
        if file.stat().st_mode & 0o077:
            raise NabError(f"{file} can be read by others", hint=f"chmod 600 {file}")
        return msgspec.json.decode(file.read_bytes(), type=Key)
    except FileNotFoundError:
        hint = "make tournament starts the local one and makes its key; docs/operations.md tells about the live one"
        raise NabError(f"no Numerai key at {file}", hint=hint) from None
    except msgspec.DecodeError as error:
        raise NabError(
            f"{file} is not a key: {error}", hint='{"public_id": "...", "secret_key": "..."}'
        ) from None
