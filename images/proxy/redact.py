"""What is never written: keys in queries, the shapes of known tokens, and every secret that we hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote

SECRET_QUERY_KEYS = re.compile(
    r"(^|[-_.])(key|api-?key|token|secret|signature|sig|password|passwd|auth|authorization|credential|code)$",
    re.IGNORECASE,
)
SIGNED_QUERY_KEY = re.compile(r"^x-(amz|goog)-", re.IGNORECASE)
CAMEL_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
TOKEN_SHAPES = re.compile(
    r"sk-[A-Za-z0-9_-]{16,}"
    r"|AIza[0-9A-Za-z_-]{30,}"
    r"|gh[a-z]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|hf_[A-Za-z0-9]{20,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|Token [A-Za-z0-9-]+\$[A-Za-z0-9-]+"
)
LEAST_SECRET = 6


def stand_in(secret: str) -> str:
    """Return a short hash, so that equal secrets stay comparable."""
    return f"[redacted:{hashlib.sha256(secret.encode()).hexdigest()[:8]}]"


def redactor(secrets: tuple[str, ...]) -> Callable[[str], str]:
    """Return a function that replaces token shapes and these exact secrets in a text."""
    held = [
        re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if len(secret) >= LEAST_SECRET
    ]
    pattern = re.compile("|".join([*held, TOKEN_SHAPES.pattern]))
    return lambda text: pattern.sub(lambda found: stand_in(found.group()), text)


def query(text: str, redact: Callable[[str], str]) -> str:
    """Redact a URL's query: values of keys that carry secrets, and anything that looks like one."""
    return "&".join(pair(part, redact) for part in text.split("&")) if text else ""


def pair(part: str, redact: Callable[[str], str]) -> str:
    """Redact one key=value."""
    key, _, value = part.partition("=")
    if value and carries_secret(unquote(key)):
        return f"{key}={stand_in(unquote(value))}"
    plain = unquote(part)
    return part if redact(plain) == plain else redact(plain)


def carries_secret(key: str) -> bool:
    """Say whether a query key's value is a secret by its name."""
    spelt = CAMEL_HUMP.sub("_", key)
    return bool(SECRET_QUERY_KEYS.search(spelt) or SIGNED_QUERY_KEY.match(key))


def path(text: str, redact: Callable[[str], str]) -> str:
    """Redact a URL's path, percent-encoded or not."""
    plain = unquote(text)
    return text if redact(plain) == plain else redact(plain)
