"""The answers of an API as shapes: no value of anybody's, and nothing secret. What is kept, and what is compared."""

from __future__ import annotations

import msgspec

from nab.core.errors import NabError

FORM = "nab.contract/1"


class Field(msgspec.Struct, omit_defaults=True):
    """A field, or an operation: as it is declared, and as it was seen."""

    declared: str = ""  # [Round]; marks that say "never null" are left out
    arguments: dict[str, str] = {}
    kinds: list[str] = []
    null: bool = False
    values: list[str] = []  # the words that were seen, of fields that have few
    gone: str = ""  # why it cannot be asked for


class Form(msgspec.Struct, omit_defaults=True):
    """How something is refused, or told over HTTP."""

    status: int = 0
    content: str = ""  # json, html, nothing, ...
    keys: list[str] = []
    message: str = ""
    headers: list[str] = []


class Day(msgspec.Struct, omit_defaults=True):
    """The rounds that open on a day of the week: when, in minutes of the day (UTC), and for how long at least."""

    rounds: int = 0
    opens_first: int = 0
    opens_last: int = 0
    window: int = 0  # the shortest until the on-time close, in minutes


class Datasets(msgspec.Struct, omit_defaults=True):
    """The dataset: its versions, newest first, and the files of all of them."""

    versions: list[str] = []
    files: list[str] = []


class Contract(msgspec.Struct, kw_only=True, omit_defaults=True):
    """All that was asked of one API."""

    form: str = FORM
    api: str = ""
    asked: str = ""
    with_key: bool = False
    fields: dict[str, Field] = {}
    enums: dict[str, list[str]] = {}
    forms: dict[str, Form] = {}
    calendar: dict[str, Day] = {}
    datasets: Datasets = msgspec.field(default_factory=Datasets)
    links: dict[str, list[str]] = {}  # what is known of the addresses of files
    limits: dict[str, str] = {}
    silent: dict[str, str] = {}  # operations that were asked and not answered, and why
    notes: list[str] = []  # what could not be compared, in words

    @property
    def types(self) -> dict[str, str]:
        """What each field is declared to be."""
        return {label: field.declared for label, field in self.fields.items()}


def read(content: bytes, named: str) -> Contract:
    """Read a contract that was saved. Raises NabError for anything else."""
    try:
        found = msgspec.json.decode(content, type=Contract)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NabError(
            f"{named} is no saved contract: {error}", hint="make contract SAVE=... writes one"
        ) from None
    if found.form != FORM:
        raise NabError(f"{named} is of the form {found.form}, not {FORM}", hint="save it again")
    return found


def merged(one: Contract, other: Contract) -> Contract:
    """Return what was seen of the same API on two occasions, the other's word last."""
    fields = {
        label: both(one.fields.get(label, Field()), other.fields.get(label, Field()))
        for label in sorted({*one.fields, *other.fields})
    }
    return msgspec.structs.replace(
        other,
        fields=fields,
        enums=one.enums | other.enums,
        forms=one.forms | other.forms,
        calendar=one.calendar | other.calendar,
        links=one.links | other.links,
        limits=one.limits | other.limits,
        silent={name: why for name, why in one.silent.items() if name in other.silent},
        notes=[note for note in one.notes if note in other.notes],
    )


def both(one: Field, other: Field) -> Field:
    """Return what was seen of a field on two occasions."""
    return Field(
        declared=other.declared or one.declared,
        arguments=one.arguments | other.arguments,
        kinds=sorted({*one.kinds, *other.kinds}),
        null=one.null or other.null,
        values=sorted({*one.values, *other.values}),
        gone=one.gone and other.gone,
    )
