"""The keys: files that only the harness reads, and hands to the proxy on its standard input."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nab import providers
from nab.config import Config
from nab.core.agents.adapters import Adapter
from nab.core.errors import NabError
from nab.edges import process

NUMERAI = "numerai"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # where systemd puts what LoadCredential= names


class Key(msgspec.Struct, frozen=True):
    """A Numerai API key. Never printed."""

    public_id: str
    secret_key: str

    def __repr__(self) -> str:
        return f"Key({self.public_id[:4]}…)"


def key_file(config: Config) -> Path:
    """Return where the Numerai key lies."""
    match config.settings.tournament.kind:
        case "live":
            return file_of(config, NUMERAI)
        case "local":
            return config.paths.tournament / "key.json"


def file_of(config: Config, provider: str) -> Path:
    """Return where a provider's key lies: a systemd credential if there is one, else a file of ours."""
    if folder := process.environment(CREDENTIALS):
        for name in (provider, f"{provider}.json"):
            if (Path(folder) / name).is_file():
                return Path(folder) / name
    return config.paths.secrets / f"{provider}.json"


def read_key(file: Path) -> Key:
    """Read the Numerai key. Raises NabError when it is missing, malformed or readable by others."""
    try:
        return msgspec.json.decode(private_bytes(file), type=Key)
    except FileNotFoundError:
        hint = "make tournament starts the local one and makes its key; docs/operations.md tells about the live one"
        raise NabError(f"no Numerai key at {file}", hint=hint) from None
    except msgspec.DecodeError as error:
        raise NabError(
            f"{file} is not a key: {error}", hint='{"public_id": "...", "secret_key": "..."}'
        ) from None


def ring(config: Config) -> dict[str, dict[str, str]]:
    """Read every key that is there. Raises NabError when Numerai's is missing or one cannot be used."""
    held = {NUMERAI: msgspec.to_builtins(read_key(key_file(config)))}
    wanted = [name for name, one in config.providers.items() if one.fields]
    return held | {name: key for name in wanted if (key := model_key(config, name))}


def model_key(config: Config, provider: str) -> dict[str, str]:
    """Return a model provider's key, or nothing where there is none. Raises NabError when it cannot be used.

    Scripted models take any key. A real one is not even read for them.
    """
    if config.settings.models.kind == "scripted":
        return made_key(provider)
    file = file_of(config, provider)
    if not file.exists():
        return {}
    fields = providers.find(config.providers, provider, wanted_by=file).fields
    return read_model_key(file, provider, frozenset(fields))


def made_key(provider: str) -> dict[str, str]:
    """Return what the proxy sends to scripted models in a key's place. It is no secret."""
    return {"api_key": f"nab-scripted-{provider}-key"}


def for_agent(config: Config, adapter: Adapter) -> dict[str, str]:
    """Return the key that a coding agent is to work with. Raises NabError when there is none that it can use."""
    file = file_of(config, adapter.provider)
    provider = providers.find(config.providers, adapter.provider, wanted_by=config.file)
    if not provider.fields:
        return {}
    held, title = model_key(config, adapter.provider), provider.title
    program = adapter.first[0]
    usable_fields = [form.field for form in adapter.auth]
    hint = f'write {{"{usable_fields[0]}": "..."}} there with mode 600 (docs/operations.md, "Where keys go")'
    if not held:
        raise NabError(f"no {title} key for {program} at {file}", hint=hint)
    if not set(usable_fields) & set(held):
        has = " and ".join(sorted(held))
        raise NabError(f"{file} has {has}, which {program} cannot use", hint=hint)
    return held


def read_model_key(file: Path, provider: str, fields: frozenset[str]) -> dict[str, str]:
    """Read a model provider's key, which has some of these fields. Raises NabError when it cannot be used."""
    shape = " or ".join(f'{{"{field}": "..."}}' for field in sorted(fields))
    try:
        key = msgspec.json.decode(private_bytes(file), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NabError(f"{file} is not a key", hint=shape) from None
    unknown = set(key) - fields
    if unknown or not key or not all(usable(text) for text in key.values()):
        raise NabError(f"{file} is not a key of {provider}", hint=shape)
    return key


def usable(text: str) -> bool:
    """Say whether a text can travel in a header."""
    return len(text) >= 6 and text.isascii() and text.isprintable() and " " not in text


def private_bytes(file: Path) -> bytes:
    """Read a file that nobody else may read. systemd guards its credentials by their folder."""
    folder = process.environment(CREDENTIALS)
    if not (folder and file.parent == Path(folder)) and file.stat().st_mode & 0o077:
        raise NabError(f"{file} can be read by others", hint=f"chmod 600 {file}")
    return file.read_bytes()
