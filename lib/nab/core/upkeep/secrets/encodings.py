"""A secret in every form in which it may stand in a file: plain, base64, hex, percent-encoded, escaped."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

LEAST_SECRET = 6
FRAGMENT, STRIDE = 16, 8  # of a long secret any 23 bytes in a row are enough to know it by
PREFIX = re.compile(rb"(?:[a-z0-9]{2,10}[-_])*")  # "sk-ant-api03-" and the like are no secret
LEAST_VARIETY = 6  # different characters in a fragment; zeros and the like are in many files
PEM_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)-----END", re.DOTALL)
BASE64_LOST = (0, 2, 3)  # letters at the beginning that depend on what stands before the secret too


def needles(secret: bytes, public: bytes = b"") -> set[bytes]:
    """Return what gives a secret away. What also stands in `public`, a certificate say, does not.

    Long ones are looked for in fragments as well: a line break in the middle, or half a key, hides nothing.
    """
    if keys := PEM_KEY.findall(secret):
        return {needle for key in keys for needle in of_binary(der(key), public)}
    if len(secret) < LEAST_SECRET:
        return set()
    found = forms(secret)
    for fragment in fragments(secret):
        found |= forms(fragment)
    return found


def forms(text: bytes) -> set[bytes]:
    """Write a text in every way; of base64 only the letters that nothing around it can change."""
    written = {
        text,
        text.hex().encode(),
        text.hex().upper().encode(),
        quote_from_bytes(text, safe="").encode(),
    }
    if text.isascii():
        written.add(json.dumps(text.decode())[1:-1].encode())
    for shift in range(3):
        letters = in_base64(text, shift)
        written |= {letters, letters.translate(bytes.maketrans(b"+/", b"-_"))}
    return written


def in_base64(text: bytes, shift: int) -> bytes:
    """Return the letters of a text that stands `shift` bytes into a group of three."""
    whole = base64.b64encode(bytes(shift) + text)
    return whole[BASE64_LOST[shift] : (shift + len(text)) * 8 // 6]


def fragments(secret: bytes) -> Iterator[bytes]:
    """Cut a long key into overlapping fragments, without the beginning that it shares with others."""
    shared = PREFIX.match(secret)
    start = shared.end() if shared else 0
    if secret.startswith(b"eyJ") and secret.count(b".") == 2:
        start = secret.rindex(b".") + 1  # of a JSON Web Token only the signature is its own
    for end in range(len(secret), start + FRAGMENT - 1, -STRIDE):
        fragment = secret[end - FRAGMENT : end]
        if len(set(fragment)) >= LEAST_VARIETY:
            yield fragment


def der(pem_body: bytes) -> bytes:
    """Decode what stands between the two lines of a PEM key; nothing where that cannot be done."""
    letters = b"".join(line for line in pem_body.split() if b":" not in line and b"," not in line)
    try:
        return base64.b64decode(letters)
    except binascii.Error:
        return b""


def of_binary(key: bytes, public: bytes) -> set[bytes]:
    """Return what gives a binary key away, wherever it or its PEM text stands.

    A public half stands in it twice, or in the certificate; names and frames can be read or repeat themselves.
    """
    found: set[bytes] = set()
    for start in range(0, len(key) - FRAGMENT + 1, STRIDE):
        fragment = key[start : start + FRAGMENT]
        if looks_random(fragment) and key.count(fragment) == 1 and fragment not in public:
            found |= forms(fragment) | forms(in_base64(fragment, start % 3))
    return found


def looks_random(fragment: bytes) -> bool:
    return len(set(fragment)) >= 12 and not fragment.isascii()
