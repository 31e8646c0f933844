from typing import Any

import graphql
import pytest

from nab.tournament.graphql.document import Refused
from nab.tournament.graphql.executor import execute

SCHEMA = graphql.build_schema("""
schema { query: RootQueryType mutation: RootMutationType }
type RootQueryType { rounds(number: Int, roundTarget: String): [Round] account: User closed: String }
type RootMutationType { create_submission(filename: String!, modelId: ID): Round }
type Round { number: Int openTime: String parent: Round echo(value: Int): Int }
type User { name: String }
""")
ROUND = {
    "number": 7,
    "openTime": "noon",
    "parent": {"number": 6},
    "echo": lambda arguments: arguments.get("value"),
}


def refuse(_arguments: Any) -> Any:
    raise Refused("not_authenticated")


def ask(query: str, variables: dict[str, Any] | None = None, **request: Any) -> dict[str, Any]:
    asked: list[Any] = []
    roots = {
        "rounds": lambda arguments: asked.append(dict(arguments)) or [ROUND],
        "create_submission": lambda arguments: {"number": len(arguments)},
        "account": refuse,
    }
    refuses = {"stakeset": "Insufficient permission for stake"}.get
    found = execute(SCHEMA, {"query": query, "variables": variables, **request}, roots, refuses)
    return {**found, "asked": asked}


def test_keys_come_back_as_they_were_written():
    found = ask("{ rounds { open_time NUMBER again: number __typename } }")

    assert found["data"] == {
        "rounds": [{"open_time": "noon", "NUMBER": 7, "again": 7, "__typename": "Round"}]
    }


def test_mutations_match_without_case_and_underscores():
    found = ask('mutation { createSubmission(filename: "x") { number } }')

    assert found["data"] == {"createSubmission": {"number": 1}}


def test_fragments_and_directives_are_followed():
    query = """
      query($yes: Boolean = true) { rounds { ...all ... on Round { echo(value: 2) } number @skip(if: $yes) } }
      fragment all on Round { parent { number } openTime @include(if: $yes) }
    """

    assert ask(query)["data"] == {"rounds": [{"parent": {"number": 6}, "openTime": "noon", "echo": 2}]}


def test_the_same_field_twice_is_one_object_with_the_fields_of_both():
    found = ask("{ rounds { parent { number } parent { n: number } } }")

    assert found["data"]["rounds"][0]["parent"] == {"number": 6, "n": 6}


@pytest.mark.parametrize("sent", [{"n": None}, {}, None])
def test_a_variable_that_is_null_or_missing_is_an_absent_argument(sent):
    assert ask("query($n: Int) { rounds(number: $n) { number } }", sent)["asked"] == [{}]


def test_defaults_count_where_a_variable_is_not_sent_and_types_are_not_looked_at():
    query = "query($n: bool! = 3, $t: Nonsense) { rounds(number: $n, round_target: $t) { number } }"

    assert ask(query, {"t": "x"})["asked"] == [{"number": 3, "roundTarget": "x"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "{ round { number } }",
            'Cannot query field "round" on type "RootQueryType". Did you mean "rounds"?',
        ),
        ("{ rounds { size } }", 'Cannot query field "size" on type "Round".'),
        ("{ rounds { ...x } } fragment x on Round { zzz }", 'Cannot query field "zzz" on type "Round".'),
        ("{ rounds }", 'Field "rounds" of type "[Round]" must have a selection of subfields.'),
        ("{ rounds(size: 1) { number } }", 'Unknown argument "size" on field "rounds".'),
        (
            "mutation { create_submission { number } }",
            'In argument "filename": Expected type "String!", found null.',
        ),
        ("mutation { stake_set(nmr: 1) { id } }", "Insufficient permission for stake"),
        ("{ rounds { ...x } }", 'Unknown fragment "x".'),
    ],
)
def test_what_cannot_be_answered_is_said_in_numerais_words(query, message):
    found = ask(query)

    assert found["errors"][0]["message"] == message
    assert found["asked"] == []


def test_a_field_that_is_refused_is_null_and_the_others_are_answered():
    found = ask("{ who: account { name } rounds { number } }")

    assert found["data"] == {"who": None, "rounds": [{"number": 7}]}
    assert found["errors"] == [
        {"message": "not_authenticated", "locations": [{"line": 1, "column": 3}], "path": ["who"]}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "{ rounds {",
        "{" * 5000,
        "{ rounds { ...a } } fragment a on Round { parent { ...a } }",
        "query A { a } query B { b }",
    ],
    ids=["broken", "endless", "fragment in itself", "two operations"],
)
def test_a_malformed_request_gets_an_error(query):
    assert ask(query)["errors"]


def test_the_named_operation_is_answered():
    query = "query A { a: rounds { number } } query B { b: rounds { number } }"

    assert ask(query, operationName="B")["data"] == {"b": [{"number": 7}]}


def test_the_schema_can_be_asked_for():
    found = ask('{ __type(name: "User") { fields { name } } }')

    assert found["data"] == {"__type": {"fields": [{"name": "name"}]}}
