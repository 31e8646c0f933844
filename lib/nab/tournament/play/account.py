"""The one account of the local tournament: its models, its API token and what that token may do."""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import string
from dataclasses import dataclass
from pathlib import Path

from nab.tournament.market import field

EVERY_SCOPE = (
    "upload_submission",
    "read_submission_info",
    "read_user_info",
    "download_submission",
    "write_user_info",
)
SCOPES = EVERY_SCOPE[:4]
USERNAME = "nab"
KEY_FILE = "key.json"
MODEL_NAME = re.compile(r"[a-z0-9_]{1,40}")
ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Key:
    """An API token: what `Authorization: Token <public_id>$<secret_key>` carries."""

    public_id: str
    secret_key: str
    scopes: tuple[str, ...] = SCOPES

    def opened_by(self, authorization: str) -> bool:
        """Say whether an Authorization header carries this token."""
        expected = f"Token {self.public_id}${self.secret_key}"
        return hmac.compare_digest(expected.encode(), authorization.strip().encode())


@dataclass(frozen=True)
class Model:
    """A model of the account."""

    id: str
    name: str


@dataclass(frozen=True)
class Account:
    """Who uploads here."""

    id: str
    username: str
    key: Key
    models: tuple[Model, ...]


def account(seed: int, key: Key, names: tuple[str, ...]) -> Account:
    """Return the account that owns models of those names."""
    models = tuple(Model(field.model_id(seed, name), name) for name in names)
    return Account(field.model_id(seed, f"account {USERNAME}"), USERNAME, key, models)


def keep_key(path: Path, scopes: tuple[str, ...] = SCOPES) -> Key:
    """Return the token kept in that file, made on the first call; only its owner may read it."""
    if not path.exists():
        fresh = {"public_id": word(32), "secret_key": word(64)}
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_private(path, json.dumps(fresh))
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Key(kept["public_id"], kept["secret_key"], scopes)


def word(length: int) -> str:
    """Return random capitals and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def replace_private(path: Path, text: str) -> None:
    """Write a small file in one step, readable by its owner only."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - the descriptor carries the mode
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
