import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.contract import selections, shapes
from nab.core.contract.contract import Field
from nab.core.contract.shapes import Sights

TYPES = {"Query.rounds": "[Round]", "Round.target": "String", "Round.stakeThreshold": "Float"}
TREE = selections.read("number target stakeThreshold openTime")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["number", "target", "openTime"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2026-11-24T12:00:00Z", "time"),
        ("2026-11-24T12:00:00", "time without a zone"),
        ("2026-11-24", "date"),
        ("2026-13-77", "text"),
        ("0E-18", "decimal"),
        ("-0.0923", "decimal"),
        ("93c46857-fed9-4594-981e-82db2b358daf", "uuid"),
        ("mmc", "text"),
        ("", "text"),
        (True, "boolean"),
        (1, "integer"),
        (1.5, "number"),
        (None, "null"),
        ({}, "object"),
    ],
)
def test_a_value_is_of_a_kind(value, kind):
    assert shapes.kind(value) == kind


def test_answers_are_kept_as_kinds_and_never_null_is_told_from_sometimes_null():
    sights = Sights(TYPES, ["Round.target"])

    sights.see("Query.rounds", [{"number": 1, "target": "x", "stakeThreshold": 1, "openTime": None}], TREE)
    sights.see("Query.rounds", [{"number": 2, "target": None, "stakeThreshold": 0.5}], TREE)
    found = sights.added_to({})

    assert found["Query.rounds"] == Field(kinds=["list of object"])
    assert found["Round.number"] == Field(kinds=["integer"])
    assert found["Round.target"] == Field(kinds=["text"], null=True, values=["x"])
    assert found["Round.stakeThreshold"] == Field(
        kinds=["number"]
    )  # whole numbers are fractions where declared so
    assert found["Round.openTime"] == Field(null=True)


def test_a_field_that_is_asked_for_and_not_answered_is_gone():
    sights = Sights(TYPES, [])

    sights.see("Query.rounds", [{"number": 1}], TREE)

    assert (
        sights.added_to({"Round.target": Field("String")})["Round.target"].gone == "it is not in the answer"
    )


@pytest.mark.full  # seconds
@settings(max_examples=40)
@given(JSON)
def test_no_answer_raises(answer):
    sights = Sights(TYPES, ["Round.target"])

    sights.see("Query.rounds", answer, TREE)

    assert set(sights.added_to({})) >= {"Query.rounds"}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (["text"], ["uuid", "time"]),
        (["number"], ["integer"]),
        (["list of object"], ["list"]),
        (["list"], ["list of text"]),
        (["list of text"], ["list of uuid"]),
    ],
)
def test_whoever_reads_the_one_can_read_the_other(here, there):
    assert shapes.strange(here, there) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (["time"], ["integer"]),
        (["time"], ["time without a zone"]),
        (["integer"], ["number"]),
        (["decimal"], ["number"]),
        (["list of object"], ["object"]),
        (["list of text"], ["list of object"]),
        (["object"], ["list"]),
    ],
)
def test_another_kind_is_told(here, there):
    assert shapes.strange(here, there) == there
