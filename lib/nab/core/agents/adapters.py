"""What the harness must know of a coding agent's program. All of it is in the agent's agent.toml."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable
from typing import Annotated, Literal

import msgspec

from nab.core.facts.base import SessionEnding

Word = Annotated[str, msgspec.Meta(min_length=1)]
Words = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]
Variable = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9_]*$")]
COPIED = "copied"
INSTALLS = ("npm", "pip", COPIED)
PLACES = {"prompt", "model", "session"}


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of agent.toml; a key it does not have is a mistake."""


class Install(Table, frozen=True):
    """Where the program comes from: a package of npm's or of pip's, or the files of the agent's own folder.

    The lock beside agent.toml has the integrity of a package's files; copied files are their own, and have no version.
    """

    kind: Word = "npm"
    package: str = ""
    version: Annotated[str, msgspec.Meta(pattern=r"^$|^\d+(\.\d+)+\S*$")] = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be installed the same way next month."""
        if self.kind not in INSTALLS:
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(INSTALLS)}")
        if self.kind == COPIED and (self.package or self.version):
            raise ValueError("copied files have no package and no version: their hash is on record")
        if self.kind != COPIED and not (self.package and self.version):
            raise ValueError(f"a package of {self.kind} has a package and a version")


class AuthForm(Table, frozen=True):
    """One form of a provider's key: the field of state/secrets/<provider>.json, and who is told a placeholder."""

    field: Word
    variables: Annotated[tuple[Variable, ...], msgspec.Meta(min_length=1)]


class ErrorPattern(Table, frozen=True, rename={"kind": "class"}):
    """What the program says when it ends in some way: a regular expression over the end of its text."""

    kind: SessionEnding
    pattern: Word

    def __post_init__(self) -> None:
        """Refuse what is no regular expression, and what no text decides."""
        if self.kind in {SessionEnding.DONE, SessionEnding.KILLED, SessionEnding.UNCLASSIFIED}:
            raise ValueError(f"no text says that a session was {self.kind}")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"{self.pattern!r} is no regular expression: {error}") from None


class Adapter(Table, frozen=True):
    """How a program is started, what it may be told, where it keeps its transcripts, how it complains.

    `first` and `resume` are its words, with {prompt}, {model} and {session} in them. `resume` without
    {session} goes on with the latest session. `auth` is empty where the provider wants no key; {base_url} in a value
    of `environment` is where it is asked. `transcripts` are relative to its home. `calls` are those of its
    provider's that it may make with the key, and without them all. `errors` is a table in which the first match
    counts.
    """

    provider: Word
    model: Word
    first: Words
    resume: Words
    output: Literal["claude", "codex", "gemini", "lines", "plain"]
    auth: tuple[AuthForm, ...] = ()
    transcripts: tuple[Word, ...] = ()
    calls: tuple[Word, ...] | None = None
    environment: dict[Variable, str] = {}
    errors: tuple[ErrorPattern, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the types cannot."""
        for name, words in (("first", self.first), ("resume", self.resume)):
            places = places_of(name, words)
            if "prompt" not in places:
                raise ValueError(f"{name} has no {{prompt}}")
            if "model" not in places:
                raise ValueError(f"{name} has no {{model}}: an unpinned model may change by itself")
        for place in self.transcripts:
            if place.startswith(("/", "~")) or ".." in place.split("/"):
                raise ValueError(f"the transcripts {place!r} are not relative to its home")


def auth_form(adapter: Adapter, held: Collection[str]) -> AuthForm | None:
    """Return the form of key that the program is told of: the first one whose field is held."""
    return next((form for form in adapter.auth if form.field in held), None)


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What one session is started with. `session` is an id of ours for the first, the agent's for a later one."""

    prompt: str
    model: str
    session: str


def places_of(name: str, words: Iterable[str]) -> set[str]:
    """Return which places some words have to fill. Raises ValueError for one that does not exist."""
    places: set[str] = set()
    for word in words:
        try:
            found = [place for _, place, _, _ in string.Formatter().parse(word) if place is not None]
        except ValueError as error:
            raise ValueError(f"{name}: {word!r} is no template: {error}") from None
        if unknown := set(found) - PLACES:
            raise ValueError(
                f"{name}: {{{unknown.pop()}}} is not a placeholder: use {{prompt}}, {{model}} or {{session}}"
            )
        places |= set(found)
    return places


def first(adapter: Adapter, start: Start) -> list[str]:
    """Return the program and its arguments for an entrant's first session."""
    return filled(adapter.first, start)


def resume(adapter: Adapter, start: Start) -> list[str]:
    """Return the program and its arguments for every later session."""
    return filled(adapter.resume, start)


def filled(words: Words, start: Start) -> list[str]:
    """Fill the places of some words. What is filled in is not looked at again."""
    values = {"prompt": start.prompt, "model": start.model, "session": start.session}
    return [word.format(**values) for word in words]


def needs_session(words: Words) -> bool:
    """Say whether a template asks for a session's id."""
    return "session" in places_of("", words)
