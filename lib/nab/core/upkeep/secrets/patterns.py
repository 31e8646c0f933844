"""What keys look like, whoever's they are. Placeholders, examples and names of things are none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

NO_KEYS = re.compile(rb"nab-placeholder|nab-scripted|example|your[_-]|xxxxx", re.IGNORECASE)
LEAST_VARIETY = 10


class Shape(NamedTuple):
    """A kind of key, and for each way in which it begins the form of it; `body` is the part that is random."""

    kind: str
    forms: tuple[tuple[bytes, re.Pattern[bytes]], ...]


class Found(NamedTuple):
    """A text in the shape of a key: what it would be, and a mark by which people may call it harmless."""

    kind: str
    mark: str


def shape(kind: str, beginnings: str, rest: str, *, within_words: bool = True) -> Shape:
    """Make a shape. What follows a beginning is only looked at, so that the next one may begin inside it."""
    words = [re.escape(beginning) for beginning in beginnings.split()]
    before = "" if within_words else "(?<![A-Za-z0-9]{0})"
    forms = [re.compile(f"{word}{before.format(word)}(?=(?P<rest>{rest}))".encode()) for word in words]
    return Shape(kind, tuple(zip((word.encode() for word in beginnings.split()), forms, strict=True)))


# Every repetition has a bound or gives nothing back (`*+`), so that no text is dear to look through.
MOST = 256  # of a body: more of it makes no other key
ASSIGNED = r"""[\w\]]{0,64}+["'\\\]]*+\s*+[:=,]\s*+["'\\]*+"""
SHAPES = (
    shape("Anthropic key", "sk-ant-", rf"[a-z0-9]{{2,12}}-(?P<body>[A-Za-z0-9_-]{{30,{MOST}}})"),
    shape("OpenAI key", "sk-", rf"(?!ant-)(?P<body>[A-Za-z0-9_-]{{32,{MOST}}})", within_words=False),
    shape("Google key", "AIza", r"(?P<body>[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])", within_words=False),
    shape(
        "GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_",
        rf"(?P<body>[A-Za-z0-9]{{36,{MOST}}})",
        within_words=False,
    ),
    shape("GitHub token", "github_pat_", rf"(?P<body>[A-Za-z0-9_]{{40,{MOST}}})"),
    shape("GitLab token", "glpat-", rf"(?P<body>[A-Za-z0-9_-]{{20,{MOST}}})", within_words=False),
    shape("Hugging Face token", "hf_", rf"(?P<body>[A-Za-z]{{30,{MOST}}})", within_words=False),
    shape("Slack token", "xoxb- xoxp- xoxa- xoxe- xoxs-", rf"(?P<body>[A-Za-z0-9-]{{24,{MOST}}})"),
    shape("AWS key id", "AKIA ASIA", r"(?P<body>[A-Z2-7]{16})(?![A-Z0-9])", within_words=False),
    shape(
        "AWS secret key",
        "aws_secret_access_key AWS_SECRET_ACCESS_KEY secretAccessKey SecretAccessKey",
        ASSIGNED + r"(?P<body>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    shape(
        "private key",
        "-----BEGIN",
        r" [A-Z ]{0,32}PRIVATE KEY-----(?:\\++[nr]|[\s\"'+,])*"
        rf"(?P<body>[A-Za-z0-9+/=:, -]{{40,{MOST}}})",
    ),
    shape("Numerai key", "$", r"(?P<body>[A-Z0-9]{64})(?![A-Z0-9])"),
    shape("Numerai key", "SECRET_KEY secret_key", ASSIGNED + r"(?P<body>[A-Z0-9]{64})(?![A-Z0-9])"),
)


def found(content: bytes) -> Iterator[Found]:
    """Yield every text that has the shape of a key."""
    for one in SHAPES:
        for text, body in matches(content, one):
            if is_random(body) and not NO_KEYS.search(text):
                yield Found(one.kind, hashlib.sha256(text).hexdigest()[:16])


def matches(content: bytes, one: Shape) -> Iterator[tuple[bytes, bytes]]:
    """Yield the texts of a form and their bodies; only from where it may begin on: searching by a form is slower."""
    for beginning, form in one.forms:
        first = content.find(beginning)
        if first >= 0:
            for match in form.finditer(content, first):
                yield beginning + match["rest"], match["body"]


@lru_cache(maxsize=256)  # a text that repeats itself is judged once
def is_random(body: bytes) -> bool:
    """Tell a key from words and from zeros: it has many different characters, two kinds of them at least."""
    if len(set(body)) < LEAST_VARIETY:
        return False
    return sum(bool(re.search(kind, body)) for kind in (rb"[a-z]", rb"[A-Z]", rb"[0-9]")) >= 2
