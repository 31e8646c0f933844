"""What a session came to stands as long as its words are intact, whatever else was damaged on the way."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import SessionEnding
from support.records.recorded import KEPT, lines, verdict_of

RECORDED = sorted((file.parent.name, file.stem) for file in KEPT.glob("*/*.json"))
KINDS = {case: verdict_of(*case, lines(*case)).kind for case in RECORDED}
OTHERS = [
    None,
    "x",
    "",
    5,
    -1,
    7.5,
    [],
    ["x"],
    {},
    {"x": 1},
    10**30,
    1e300,
    float("inf"),
    "cut \ud83d",
    [[1] * 3] * 3,
]
MISSING = ...  # in the place of a field that is not there
# The words of an ending, in which the class of a session is: of each line by its kind, where they stand.
WORDS = {
    ("claude", "result"): {("subtype",), ("is_error",)},
    ("claude", "assistant"): {("message",), ("message", "content")},
    ("codex", "item.completed"): {("item",), ("item", "text")},
    ("codex", "error"): {("message",)},
    ("gemini", "error"): {("message",)},
    ("gemini", "result"): {("status",)},
}


def whole(case):
    return [line for line in lines(*case) if line.strip()]


def places(value, at=()):
    """Yield where a value has parts."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*at, key)
        yield from places(value[key], (*at, key))


def replaced(value, place, other):
    """Return a value with another one in that place, or none."""
    inner = changed = copy.deepcopy(value)
    for key in place[:-1]:
        inner = inner[key]
    if other is MISSING:
        del inner[place[-1]]
    else:
        inner[place[-1]] = other
    return changed


def is_a_word(agent, line, place):
    words = WORDS.get((agent, line.get("type")), set())
    return place == ("type",) or place[:4] in words or place in words or place[:2] == ("message", "content")


@st.composite
def with_an_odd_field(draw):
    """A recording in one line of which one field that is no word of its ending is null, missing, huge or odd."""
    case = draw(st.sampled_from(RECORDED))
    said = whole(case)
    number = draw(st.integers(0, max(0, len(said) - 1)))
    line = json.loads(said[number]) if said else {}
    known = [place for place in places(line) if not is_a_word(case[0], line, place)]
    if known:
        other = draw(st.sampled_from([*OTHERS, MISSING]))
        said[number] = json.dumps(replaced(line, draw(st.sampled_from(known)), other)).encode()
    return case, said


@pytest.mark.full
@given(with_an_odd_field())
def test_a_field_that_is_not_as_expected_leaves_the_class_of_a_session(mutated):
    case, said = mutated

    assert verdict_of(*case, said).kind is KINDS[case]


@pytest.mark.full
@pytest.mark.parametrize("agent", ["claude", "codex", "gemini"])
@pytest.mark.parametrize("other", [None, "x", 7.5, [], {}, 10**30, MISSING], ids=str)
def test_no_field_of_a_last_word_but_its_words_changes_a_success(agent, other):
    *before, last = whole((agent, "stops-early"))
    line = json.loads(last)

    for place in places(line):
        if not is_a_word(agent, line, place):
            said = [*before, json.dumps(replaced(line, place, other)).encode()]
            assert verdict_of(agent, "stops-early", said).kind is SessionEnding.DONE, place


@st.composite
def with_damaged_bytes(draw):
    """A recording with damage before its last line: bytes lost, doubled, other ones, line ends lost, a cut."""
    case = draw(st.sampled_from(RECORDED))
    *before, last = lines(*case)
    text = bytearray(b"\n".join(before))
    start = draw(st.integers(0, len(text)))
    stop = min(len(text), start + draw(st.integers(0, 40)))
    match draw(st.sampled_from(["lost", "doubled", "other", "joined", "cut"])):
        case "lost":
            del text[start:stop]
        case "doubled":
            text[start:start] = text[start:stop]
        case "other":
            text[start:stop] = draw(st.binary(max_size=40))
        case "joined":
            text = bytearray(bytes(text).replace(b"\n", b"", 3))
        case "cut":
            del text[start:]
    return case, [*bytes(text).split(b"\n"), last]


@pytest.mark.full
@given(with_damaged_bytes())
def test_no_damage_breaks_a_reader_and_an_ending_stays_one(mutated):
    case, said = mutated

    assert verdict_of(*case, said).kind in SessionEnding


@pytest.mark.parametrize("case", RECORDED, ids="-".join)
def test_line_ends_that_were_lost_leave_the_class_of_a_session(case):
    assert verdict_of(*case, [b"".join(whole(case))]).kind is KINDS[case]
    assert verdict_of(*case, b"\r\n".join(whole(case)).split(b"\n")).kind is KINDS[case]


@pytest.mark.parametrize(
    "case", [case for case in RECORDED if KINDS[case] is SessionEnding.DONE], ids="-".join
)
def test_what_was_lost_before_a_last_word_leaves_it_a_success(case):
    *before, last = whole(case)
    torn = [line[: len(line) // 2] for line in before[:1]]

    assert verdict_of(*case, [*torn, *before[1:], last]).success
    assert verdict_of(*case, [*before[-4:], b"\xf0\x9f\x98 no line", last]).success
