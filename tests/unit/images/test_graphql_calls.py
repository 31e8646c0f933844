import json

import graphql_calls
import pytest

SUBMISSION = b'{"data": {"create_submission": {"id": "5d0a"}}}'


@pytest.mark.parametrize(
    ("document", "operation", "names"),
    [
        ("{ rounds(number: 0) { number } }", "query", ("rounds",)),
        (
            "query($t: Int!) { rounds(tournament: $t) { number } account { id } }",
            "query",
            ("rounds", "account"),
        ),
        (
            "mutation($f: String!) { create_submission(filename: $f) { id } }",
            "mutation",
            ("createSubmission",),
        ),
        ('mutation { x: createSubmission(filename: "}{") { id } }', "mutation", ("createSubmission",)),
        ("query q($a: In = {b: {c: 1}}) { model(modelId: $a) { name } }", "query", ("model",)),
        ("{ ...F } fragment F on Query { account { id } }", "query", ("account",)),
        ("mutation { ... on M { v2ChangeStake(input: {v: 1}) { id } } }", "mutation", ("v2ChangeStake",)),
        ("{ a: rounds @include(if: true) { n } b: rounds { n } }", "query", ("rounds", "rounds")),
        ("# mutation\n{ account { id } }", "query", ("account",)),
        ("{ account { models { id } } } fragment F on Model { id name }", "query", ("account",)),
    ],
    ids=[
        "shorthand",
        "two fields",
        "as numerapi writes it",
        "alias, braces in a string",
        "default value with braces",
        "named fragment",
        "inline fragment",
        "the same field twice",
        "comment",
        "unused fragment",
    ],
)
def test_a_document_is_read(document, operation, names):
    call = graphql_calls.parse(json.dumps({"query": document}).encode())

    assert call is not None
    assert (call.operation, call.names) == (operation, names)


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"{}", b'{"query": 5}', b'{"query": ""}', b'{"query": "}}{{"}', b"\xff\xfe"],
)
def test_what_is_no_document_is_none(body):
    assert graphql_calls.parse(body) is None


def test_fragments_that_call_each_other_end():
    document = "{ ...A } fragment A on Q { ...B } fragment B on Q { ...A account { id } }"

    call = graphql_calls.read(document)

    assert call is not None
    assert set(call.names) == {"account"}


def test_ten_thousand_fields_are_cut():
    call = graphql_calls.read("{" + " account" * 10_000 + "}")

    assert call is not None
    assert len(call.fields) == graphql_calls.MOST_FIELDS


def test_the_submission_is_found_under_the_name_that_was_asked_for():
    asked = graphql_calls.read("mutation { create_submission { id } }")
    aliased = graphql_calls.read("mutation { mine: createSubmission { id } }")

    assert graphql_calls.submission(asked, SUBMISSION) == "5d0a"
    assert graphql_calls.submission(aliased, b'{"data": {"mine": {"id": "77"}}}') == "77"


@pytest.mark.parametrize(
    "answer",
    [b"", b'{"errors": []}', b'{"data": null}', b'{"data": {"create_submission": null}}', b'{"data": []}'],
)
def test_an_answer_without_a_submission_has_none(answer):
    asked = graphql_calls.read("mutation { create_submission { id } }")

    assert graphql_calls.submission(asked, answer) is None
