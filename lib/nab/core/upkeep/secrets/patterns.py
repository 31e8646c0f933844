"""What keys look like, whoever's they are. Placeholders, examples and names of things are none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

NO_KEYS = re.compile(rb"nab-placeholder|nab-scripted|example|your[_-]|xxxxx", re.IGNORECASE)
LEAST_VARIETY = 10


class Shape(NamedTuple):
    """A kind of key, how it begins, and how it goes on; `body` is the part that is random."""

    kind: str
    beginnings: tuple[bytes, ...]
    form: re.Pattern[bytes]


class Found(NamedTuple):
    """A text in the shape of a key: what it would be, and a mark by which people may call it harmless."""

    kind: str
    mark: str


def shape(kind: str, beginnings: str, form: str) -> Shape:
    return Shape(kind, tuple(beginnings.encode().split()), re.compile(form.encode()))


WORD = r"(?<![A-Za-z0-9])"  # not in the middle of a word
ASSIGNED = r"""[\w\]]{0,20}["'\\\]]*\s*[:=,]\s*["'\\]*"""
SHAPES = (
    shape("Anthropic key", "sk-ant-", r"sk-ant-[a-z0-9]{2,12}-(?P<body>[A-Za-z0-9_-]{30,})"),
    shape("OpenAI key", "sk-", WORD + r"sk-(?!ant-)(?P<body>[A-Za-z0-9_-]{32,})"),
    shape("Google key", "AIza", WORD + r"AIza(?P<body>[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])"),
    shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", WORD + r"gh[pousr]_(?P<body>[A-Za-z0-9]{36,})"),
    shape("GitHub token", "github_pat_", r"github_pat_(?P<body>[A-Za-z0-9_]{40,})"),
    shape("GitLab token", "glpat-", WORD + r"glpat-(?P<body>[A-Za-z0-9_-]{20,})"),
    shape("Hugging Face token", "hf_", WORD + r"hf_(?P<body>[A-Za-z]{30,})"),
    shape("Slack token", "xoxb- xoxp- xoxa- xoxe- xoxs-", r"xox[a-z]-(?P<body>[A-Za-z0-9-]{24,})"),
    shape("AWS key id", "AKIA ASIA", WORD + r"A[KS]IA(?P<body>[A-Z2-7]{16})(?![A-Z0-9])"),
    shape(
        "AWS secret key",
        "aws_secret_access_key AWS_SECRET_ACCESS_KEY secretAccessKey SecretAccessKey",
        r"[A-Za-z_]+" + ASSIGNED + r"(?P<body>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    shape(
        "private key",
        "-----BEGIN",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\+[nr]|[\s\"'+,])*(?P<body>[A-Za-z0-9+/=:, -]{40,})",
    ),
    shape("Numerai key", "$", r"\$(?P<body>[A-Z0-9]{64})(?![A-Z0-9])"),
    shape("Numerai key", "SECRET_KEY secret_key", r"\w+" + ASSIGNED + r"(?P<body>[A-Z0-9]{64})(?![A-Z0-9])"),
)


def found(content: bytes) -> Iterator[Found]:
    """Yield every text that has the shape of a key."""
    for one in SHAPES:
        for match in matches(content, one):
            if is_random(match["body"]) and not NO_KEYS.search(match[0]):
                yield Found(one.kind, hashlib.sha256(match[0]).hexdigest()[:16])


def matches(content: bytes, one: Shape) -> Iterator[re.Match[bytes]]:
    """Try a form where it may begin, and nowhere else: a search by the form alone is many times slower."""
    for beginning in one.beginnings:
        at = content.find(beginning)
        while at >= 0:
            if match := one.form.match(content, at):
                yield match
            at = content.find(beginning, at + 1)


def is_random(body: bytes) -> bool:
    """Tell a key from words and from zeros: it has many different characters, two kinds of them at least."""
    kinds = sum(bool(re.search(kind, body)) for kind in (rb"[a-z]", rb"[A-Z]", rb"[0-9]"))
    return len(set(body)) >= LEAST_VARIETY and kinds >= 2
