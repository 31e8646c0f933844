"""What is never written: keys in queries, the shapes of known tokens, and every secret that we hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

SECRET_QUERY_KEYS = re.compile(
    r"(^|[-_.])(key|api-?key|token|secret|signature|sig|password|passwd|auth|authorization|credential|code)$",
    re.IGNORECASE,
)
SIGNED_QUERY_KEY = re.compile(r"^x-(amz|goog)-", re.IGNORECASE)
CAMEL_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
TOKEN_SHAPES = re.compile(
    r"(?:(?<![a-z])|(?<=%[0-9a-f]{2}))sk-[A-Za-z0-9_-]{16,}"  # not the end of task- and risk-
    r"|AIza[0-9A-Za-z_-]{30,}"
    r"|gh[a-z]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|hf_[A-Za-z0-9]{20,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|(?:(?<![\w-])|(?<=%[0-9A-Fa-f]{2}))eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|Token [A-Za-z0-9-]+\$[A-Za-z0-9-]+"
)
# What stands in every text in which the patterns above and below find something. Each begins with a letter that is
# looked for by itself: a page of 256 KiB without any is looked through in a tenth of the time.
LONG_TEXT = 2048  # a shorter one is looked through as it is
SHAPE_MARKS = tuple(
    map(re.compile, (
        "sk-[A-Za-z0-9_-]{16}", "AIza", "gh[a-z]_", "github_pat_", "hf_", "AKIA", "ASIA", r"eyJ[A-Za-z0-9_-]{8}",
        r"Token [A-Za-z0-9-]+\$",
    ))
)  # fmt: skip
NAME_MARKS = tuple(
    re.compile(word + r"""\\?["']?\s*[:=]\s*\\?["']""")
    for word in ("key", "token", "secret", "signature", "sig", "password", "passwd", "auth", "authorization",
                 "credential", "code")
)  # fmt: skip
SIGNED_MARKS = ("x-amz-", "x-goog-")
LEAST_SECRET = 6
IN_AN_ADDRESS = re.compile(r"""(?:[?&;]|&amp;|\\u0026)(?P<key>[\w.-]+)=(?P<value>[^&;\s"'<>#\\]+)""")
BEFORE_QUOTES = re.compile(r"""(?<![\w.-])(?P<key>[\w.-]{1,99})\\?["']?\s*[:=]\s*(?P<quote>\\?["'])""")
NO_SECRETS = re.compile(r"^code$|(upload|download)_auth$", re.IGNORECASE)  # as Numerai's API uses the words


def stand_in(secret: str) -> str:
    """Return a short hash, so that equal secrets stay comparable."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    return f"[redacted:{digest[:8]}]"


def redactor(secrets: tuple[str, ...]) -> Callable[[str], str]:
    """Return a function that replaces token shapes and these exact secrets in a text."""
    spelt = {
        form for secret in secrets for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])
    }
    held = [form for form in sorted(spelt, key=len, reverse=True) if len(form) >= LEAST_SECRET]
    pattern = re.compile("|".join([*map(re.escape, held), TOKEN_SHAPES.pattern]))

    def redact(text: str) -> str:
        if len(text) > LONG_TEXT and not (has_a_shape(text) or any(map(text.__contains__, held))):
            return text
        return pattern.sub(lambda found: stand_in(found.group()), text)

    return redact


def has_a_shape(text: str) -> bool:
    """Say whether the shape of a token may be in a text."""
    return any(mark.search(text) for mark in SHAPE_MARKS)


def has_a_name(text: str) -> bool:
    """Say whether a name of a secret may stand before quotes in a text."""
    spelt = text.casefold()
    return any(mark.search(spelt) for mark in NAME_MARKS) or any(mark in spelt for mark in SIGNED_MARKS)


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


def names_a_secret(key: str) -> bool:
    """Say whether the value under a key of a body is a secret by its name."""
    return carries_secret(key) and not NO_SECRETS.search(CAMEL_HUMP.sub("_", key))


def tree(value: Any, redact: Callable[[str], str], hidden: bool = False) -> Any:
    """Redact a JSON value: all that stands under a key that names a secret, and every text."""
    if isinstance(value, dict):
        return {
            redact(key): tree(inner, redact, hidden or names_a_secret(key)) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [tree(inner, redact, hidden) for inner in value]
    if hidden and value is not None and not isinstance(value, bool):
        return stand_in(str(value))
    return text(value, redact) if isinstance(value, str) else value


def text(plain: str, redact: Callable[[str], str]) -> str:
    """Redact a text: values of addresses and of quoted pairs by their names, and what looks like a secret."""

    def hide(found: re.Match[str]) -> str:
        whole, value = found.group(), found["value"]
        return whole.removesuffix(value) + stand_in(unquote(value)) if names_a_secret(found["key"]) else whole

    return redact(IN_AN_ADDRESS.sub(hide, without_quoted(plain)))


def without_quoted(plain: str) -> str:
    """Replace what stands in quotes after a name that says it is a secret; the last quotes may be missing."""
    if len(plain) > LONG_TEXT and not has_a_name(plain):
        return plain
    parts, place = [], 0
    while found := BEFORE_QUOTES.search(plain, place):
        begin = found.end()
        parts.append(plain[place:begin])
        place = begin
        if names_a_secret(found["key"]):
            end = plain.find(found["quote"], begin)
            place = len(plain) if end < 0 else end
            parts.append(stand_in(plain[begin:place]))
    return "".join(parts) + plain[place:]
