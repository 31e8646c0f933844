import pytest
from queries import documents
from record import graphql_calls

SUBMISSION = b'{"data": {"create_submission": {"id": "5d0a"}}}'


def asked(query):
    return graphql_calls.of(documents.read(query, {}, None))


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
        ("{ ...F } fragment F on Query { account { id } }", "query", ("account",)),
        ("mutation { ... on M { v2ChangeStake(input: {v: 1}) { id } } }", "mutation", ("v2ChangeStake",)),
        ("{ a: rounds { n } b: rounds { n } }", "query", ("rounds", "rounds")),
        ("# mutation\n{ account { id } }", "query", ("account",)),
    ],
    ids=[
        "shorthand",
        "two fields",
        "as numerapi writes it",
        "alias",
        "fragment",
        "inline",
        "twice",
        "comment",
    ],
)
def test_what_is_recorded_of_a_document(document, operation, names):
    call = asked(document)

    assert (call.operation, call.names) == (operation, names)


def test_the_submission_is_found_under_the_name_that_was_asked_for():
    plain, aliased = (
        asked("mutation { create_submission { id } }"),
        asked("mutation { mine: createSubmission { id } }"),
    )

    assert graphql_calls.submission(plain, SUBMISSION) == "5d0a"
    assert graphql_calls.submission(aliased, b'{"data": {"mine": {"id": "77"}}}') == "77"


@pytest.mark.parametrize(
    "answer",
    [b"", b'{"errors": []}', b'{"data": null}', b'{"data": {"create_submission": null}}', b'{"data": []}'],
)
def test_an_answer_without_a_submission_has_none(answer):
    assert graphql_calls.submission(asked("mutation { create_submission { id } }"), answer) is None
