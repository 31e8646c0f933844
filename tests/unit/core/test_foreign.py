import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core import foreign
from nab.core.foreign import Count, Decoder, Dollars, UnreadableError


class Inner(msgspec.Struct):
    text: str = ""
    count: Count = 0


class Outer(msgspec.Struct):
    type: str = ""
    cost: Dollars | None = None
    inner: Inner | str | None = None
    many: list[Inner] = []
    by_name: dict[str, Inner] = {}
    as_written: msgspec.Raw = msgspec.Raw(b"{}")
    anything: Any = None


class Needed(msgspec.Struct):
    name: str


OUTER = Decoder(Outer)
GOOD = {"type": "a", "cost": 1.5, "inner": {"text": "b", "count": 2}, "many": [{"count": 3}]}


@pytest.mark.parametrize(
    "wrong", ["null", '"x"', "-1", "true", "[]", "1e400", "NaN", "-Infinity", "9" * 5000]
)
def test_a_field_that_is_not_as_expected_costs_that_field_alone(wrong):
    line = json.dumps({**GOOD, "cost": 0, "inner": {"text": "b", "count": 0}}).replace("0", wrong).encode()

    read = OUTER.decode(line)

    assert read == Outer(type="a", cost=None, inner=Inner("b", 0), many=[Inner(count=3)])


def test_a_part_of_a_list_or_of_a_table_costs_that_part():
    line = {
        "many": [{"text": "a"}, 5, None, {"text": 6, "count": 1}],
        "by_name": {"x": None, "y": {"count": 4}},
    }

    read = OUTER.decode(json.dumps(line).encode())

    assert read.many == [Inner("a"), Inner(count=1)]
    assert read.by_name == {"y": Inner(count=4)}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb'{"type": "cut \ud83d"}', "cut \ufffd"),
        (rb'{"type": "\ude00 cut"}', "\ufffd cut"),
        (rb'{"type": "\ud83d\ude00"}', "\U0001f600"),
        (rb'{"type": "\ud83d\ud83d\ude00"}', "\ufffd\U0001f600"),
        (rb'{"type": "\\ud83d"}', r"\ud83d"),
        (rb'{"type": "\\\ud83d"}', "\\\ufffd"),
        (b'{"type": "caf\xc3"}', "caf\ufffd"),
        (b'{"type": "a\x00b\nc"}', "a\x00b\nc"),
        (b'\xef\xbb\xbf{"type": "mark"}', "mark"),
        (b'\x00\x00\x00{"type": "after a power cut"}', "after a power cut"),
    ],
)
def test_a_text_that_was_cut_inside_a_character_is_whole_where_it_enters(written, text):
    read = OUTER.decode(written)

    assert read.type == text
    assert read.type.encode("utf-8")


def test_what_is_kept_as_it_was_written_can_be_encoded_too():
    read = OUTER.decode(rb'{"as_written": {"command": "echo \ud83d"}, "anything": ["\ud83d"]}')

    assert json.loads(bytes(read.as_written)) == {"command": "echo \ufffd"}
    assert read.anything == ["\ufffd"]


@pytest.mark.parametrize(
    "written", [b"", b"[]", b"5", b"x", b'{"a": 1', b'{"a": 1} x', b"[" * 90_000, b"\xff\xfe"]
)
def test_what_is_no_object_is_unreadable(written):
    with pytest.raises(UnreadableError):
        OUTER.decode(written)


def test_a_struct_that_needs_a_field_is_unreadable_without_it():
    assert Decoder(Needed).decode(b'{"name": "x", "y": NaN}') == Needed("x")
    with pytest.raises(UnreadableError):
        Decoder(Needed).decode(b'{"name": 5}')


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"[1, 2]", [1, 2]),
        (rb'["\ud83d"]', ["\ufffd"]),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b"5 ", 5),
        (b"null", None),
    ],
)
def test_json_is_what_it_says_whatever_that_is(written, value):
    assert foreign.value(written) == value


@pytest.mark.parametrize("written", [b"", b"x", b"[1", b"1 2", b"[" * 90_000])
def test_what_is_no_json_says_nothing(written):
    with pytest.raises(UnreadableError):
        foreign.value(written)


def test_objects_on_one_line_are_taken_apart_and_what_is_left_is_told():
    assert foreign.objects(b'{"a": "}{"} {"b": 2}') == ([b'{"a": "}{"}', b'{"b": 2}'], False)
    assert foreign.objects(b'{"a": 1}{"b":') == ([b'{"a": 1}'], True)
    assert foreign.objects(b"5 6") == ([], True)
    assert foreign.objects(b"{}" * 5000) == ([b"{}"] * foreign.MOST_OBJECTS, True)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Outer.__struct_fields__, "text"]), inner)
    ),
    max_leaves=10,
)


@pytest.mark.full
@given(st.dictionaries(st.sampled_from(Outer.__struct_fields__), VALUES))
def test_no_object_breaks_it_and_what_it_returns_is_as_declared(value):
    read = OUTER.decode(json.dumps(value).encode())

    again = msgspec.json.decode(
        msgspec.json.encode(msgspec.structs.replace(read, anything=None, as_written=msgspec.Raw(b"{}"))),
        type=Outer,
    )
    assert (again.type, again.cost, again.inner, again.many) == (read.type, read.cost, read.inner, read.many)
