"""A request may spell names as it likes: the answer is the same, under the keys as written."""

from dataclasses import dataclass
from typing import Any

import graphql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.tournament.graphql.executor import execute

SCHEMA = graphql.build_schema("""
schema { query: RootQueryType }
type RootQueryType { submissionScores(modelId: ID, lastNRounds: Int, distinctOnRound: Boolean): [Score] }
type Score { roundNumber: Int displayName: String v2Corr20: Float closeStakingRound: Round }
type Round { openTime: String submissionScores(modelId: ID): [Score] }
""")
ROUND = {
    "openTime": "noon",
    "submissionScores": lambda arguments: [SCORE | {"displayName": arguments.get("modelId")}],
}
SCORE = {"roundNumber": 7, "displayName": "mmc", "v2Corr20": 0.5, "closeStakingRound": ROUND}
ARGUMENTS = {"modelId": "m", "lastNRounds": 3, "distinctOnRound": True}
LEAVES = ["roundNumber", "displayName", "v2Corr20"]


@dataclass
class Written:
    """A selection as text, and what must come back for it."""

    text: str
    expected: dict[str, Any]


def spelled(name: str) -> st.SearchStrategy[str]:
    """Write a name with underscores before capitals or anywhere, and in odd case."""
    letters = [
        st.sampled_from(
            [letter, letter.upper(), letter.lower(), f"{letter}_"] + ([f"_{letter}"] if place else [])
        )
        for place, letter in enumerate(name)
    ]
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return st.one_of(st.sampled_from([name, snake, snake.upper()]), st.tuples(*letters).map("".join))


@st.composite
def selections(draw: st.DrawFn, depth: int = 2) -> Written:
    """Write some fields of a Score, each under a key of its own, some within fragments."""
    chosen = draw(st.lists(st.sampled_from(LEAVES), min_size=1, max_size=5))
    texts, expected = [], {}
    for place, name in enumerate(chosen):
        written = draw(spelled(name))
        key = draw(st.sampled_from([f"k{place}", f"K_{place}", None])) or written
        if key in expected:
            continue
        texts.append(draw(wrapped(written if key == written else f"{key}: {written}", "Score")))
        expected[key] = SCORE[name]
    if depth:
        inner = draw(selections(depth=depth - 1))
        name = draw(spelled("closeStakingRound"))
        texts.append(
            draw(wrapped(f"below{depth}: {name} {{ nested: submission_scores {{ {inner.text} }} }}", "Score"))
        )
        expected[f"below{depth}"] = {"nested": [inner.expected]}
    return Written(" ".join(texts), expected)


def wrapped(text: str, kind: str) -> st.SearchStrategy[str]:
    """Put a field into an inline fragment or behind a directive, or leave it."""
    return st.sampled_from([text, f"... on {kind} {{ {text} }}", f"... @include(if: true) {{ {text} }}"])


def without_model(expected: Any, inside: bool = False) -> Any:
    """The nested scores have no model, so that their displayName is null."""
    if isinstance(expected, list):
        return [without_model(one, inside) for one in expected]
    if not isinstance(expected, dict):
        return None if inside and expected == "mmc" else expected
    return {key: without_model(value, inside or key == "nested") for key, value in expected.items()}


def ask(query: str, variables: dict[str, Any] | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    seen: list[dict[str, Any]] = []

    def scores(arguments: Any) -> list[dict[str, Any]]:
        seen.append(dict(arguments))
        return [SCORE]

    request = {"query": query, "variables": variables}
    return execute(SCHEMA, request, {"submissionScores": scores}, lambda _: None), seen


@pytest.mark.full
@settings(max_examples=60)
@given(st.data())
def test_answers_are_the_same_however_fields_are_spelled_aliased_and_wrapped(data):
    root, wanted = data.draw(spelled("submissionScores")), data.draw(selections())
    fragment = data.draw(st.booleans())
    inner = "...all" if fragment else wanted.text
    rest = f"fragment all on Score {{ {wanted.text} }}" if fragment else ""

    answer, _ = ask(f"query {{ {root} {{ {inner} }} }} {rest}", None)

    assert answer == {"data": {root: [without_model(wanted.expected)]}}


@pytest.mark.full
@settings(max_examples=60)
@given(st.data())
def test_arguments_arrive_however_they_are_spelled_and_sent(data):
    given_values = data.draw(st.dictionaries(st.sampled_from(sorted(ARGUMENTS)), st.booleans()))
    declared, sent, written, expected = [], {}, [], {}
    for place, (name, is_null) in enumerate(given_values.items()):
        value, literal = (
            ARGUMENTS[name],
            {"modelId": '"m"', "lastNRounds": "3", "distinctOnRound": "true"}[name],
        )
        way = data.draw(st.sampled_from(["literal", "variable", "default", "default beside null"]))
        label = data.draw(spelled(name))
        if way == "literal":
            written.append(f"{label}: {'null' if is_null else literal}")
        else:
            default = f" = {literal}" if way.startswith("default") and not is_null else ""
            kind = data.draw(st.sampled_from(["String", "ID!", "Nonsense", "bool!", "[Int]"]))
            declared.append(f"$v{place}: {kind}{default}")
            written.append(f"{label}: $v{place}")
            if way == "variable":
                sent[f"v{place}"] = None if is_null else value
            elif way == "default beside null":
                sent[f"v{place}"] = None
        if not is_null:
            expected[name] = value
    head = f"query({', '.join(declared)})" if declared else "query"
    called = f"({', '.join(written)})" if written else ""

    answer, seen = ask(f"{head} {{ submissionScores{called} {{ roundNumber }} }}", sent)

    assert answer == {"data": {"submissionScores": [{"roundNumber": 7}]}}
    assert seen == [expected]
