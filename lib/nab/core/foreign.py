"""JSON that others wrote, read as far as it is as expected: a field that is not costs that field.

Programs leave out, rename and null what they used to write, count in fractions, and cut texts in the middle of a
character. What is as declared takes the quick way and is decoded as ever; only the rest is looked at field by field.
"""

from __future__ import annotations

import json
import re
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import structs

Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 50)]
Code = Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]  # of an exit, of an answer
Dollars = Annotated[float, msgspec.Meta(ge=0, le=1e9)]

T = TypeVar("T")
NOTHING: Any = object()
AROUND = "\ufeff\x00 \t\r\n"  # a byte order mark; what a power cut leaves in a file; spaces
PLAIN = {str, bool, Any}
MOST_DIGITS = 19  # Python refuses to read a number of thousands of them
MOST_OBJECTS = 1000  # that one line may have
# Whatever follows a backslash, so that none is looked at twice; a half of a character without its other half is named.
ESCAPES = re.compile(
    r"(?:\\[^u]|\\u(?![dD][89a-fA-F])|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})+"
    r"|(?P<half>\\u[dD][89a-fA-F][\da-fA-F]{2})"
)
SPACE = re.compile(r"\s*")


class UnreadableError(ValueError):
    """What is no JSON object, or none of the kind that was asked for."""


class Decoder(Generic[T]):
    """Decodes objects into a struct whose fields have defaults."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind
        self.strict = msgspec.json.Decoder(kind)

    def decode(self, written: bytes) -> T:
        """Return what an object says, without the fields that are not as declared. Raises UnreadableError."""
        try:
            return self.strict.decode(written)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self.fitted(written)

    def fitted(self, written: bytes) -> T:
        """Decode field by field."""
        try:
            found: T = fitted(mended(written), self.kind)
        except RecursionError:
            raise UnreadableError("no JSON: RecursionError") from None
        if found is NOTHING:
            raise UnreadableError("no JSON object")
        return found


def value(written: bytes) -> Any:
    """Return what JSON says, whatever it is. Raises UnreadableError."""
    try:
        return msgspec.json.decode(written)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return mended(written)


def mended(written: bytes) -> Any:
    """Read JSON that is not quite any."""
    text = whole(written)
    try:
        found, end = JSON.raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no JSON: {type(error).__name__}") from None
    if text[end:].strip():
        raise UnreadableError("no JSON: something else comes after it")
    return found


def objects(written: bytes) -> tuple[list[bytes], bool]:
    """Take apart what stands on one line because the end of another was lost; say whether something else is left."""
    text, start = whole(written), 0
    found: list[bytes] = []
    while text.startswith("{", start) and len(found) < MOST_OBJECTS:
        try:
            _, end = JSON.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.append(text[start:end].encode())
        start = SPACE.match(text, end).end()  # type: ignore[union-attr] # it matches no space, too
    return found, start < len(text)


def whole(written: bytes) -> str:
    """Return a text in which every part of a character that is not whole is U+FFFD."""
    text = written.decode("utf-8", "replace").strip(AROUND)
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return ESCAPES.sub(lambda found: "\\ufffd" if found["half"] else found[0], text)


def number(digits: str) -> int | float:
    """Read a whole number; one with more digits than any count has is as good as infinite."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


JSON = json.JSONDecoder(strict=False, parse_int=number)


def fitted(value: Any, kind: Any) -> Any:
    """Return a value as what it was declared to be, without the parts that are not; NOTHING where none of it is."""
    if kind in PLAIN:
        return value if kind is Any or type(value) is kind else NOTHING
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return next((found for one in inner if (found := fitted(value, one)) is not NOTHING), NOTHING)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct | msgspec.Raw):
        return structure(value, kind) if issubclass(kind, msgspec.Struct) else written_again(value)
    if origin in (list, dict) and isinstance(value, origin):
        return parts(value, inner[-1])
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError):
        return NOTHING


def parts(value: list[Any] | dict[str, Any], kind: Any) -> Any:
    """Return the parts of a list or a table that are as they were declared to be."""
    if isinstance(value, list):
        return [found for one in value if (found := fitted(one, kind)) is not NOTHING]
    return {key: found for key, one in value.items() if (found := fitted(one, kind)) is not NOTHING}


@cache
def fields(kind: type[msgspec.Struct]) -> tuple[structs.FieldInfo, ...]:
    """Return what a struct's fields are declared to be: finding it out takes longer than decoding a line."""
    return structs.fields(kind)


def written_again(value: Any) -> msgspec.Raw:
    """Return JSON of what could not be kept as it was written."""
    return msgspec.Raw(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def structure(value: Any, kind: type[msgspec.Struct]) -> Any:
    """Fill a struct with the fields that are as declared; NOTHING where one that it needs is not."""
    if not isinstance(value, dict):
        return NOTHING
    found = {}
    for field in fields(kind):
        fit = fitted(value[field.encode_name], field.type) if field.encode_name in value else NOTHING
        if fit is not NOTHING:
            found[field.name] = fit
        elif field.required:
            return NOTHING
    return kind(**found)
