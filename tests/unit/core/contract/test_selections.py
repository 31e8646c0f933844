from nab.core.contract import selections
from nab.core.contract.selections import Use

TYPES = {
    "Query.account": "User",
    "User.models": "[Model]",
    "Model.round": "Round",
    "Query.rounds": "[Round!]",
}


def test_a_selection_is_read_as_a_tree_and_written_again():
    text = "id models {name latest(n: 3) {id}}"

    assert selections.read(text) == {"id": {}, "models": {"name": {}, "latest(n: 3)": {"id": {}}}}
    assert selections.written(selections.read(text)) == text


def test_what_several_ask_of_an_operation_is_asked_once():
    uses = [Use("a", "Query.account", "models {id}"), Use("b", "Query.account", "username models {name}")]

    assert selections.by_root(uses) == {"Query.account": {"models": {"id": {}, "name": {}}, "username": {}}}


def test_a_field_is_called_by_the_type_that_it_belongs_to():
    tree = selections.read("models {id round {number}}")

    assert [*selections.labels("Query.account", tree, TYPES)] == [
        "Query.account",
        "User.models",
        "Model.id",
        "Model.round",
        "Round.number",
    ]


def test_an_object_of_which_nothing_is_left_is_not_asked_for():
    tree = selections.read("models {id round {number}}")

    assert selections.without(tree, "Query.account", {"Round.number"}, TYPES) == {"models": {"id": {}}}
    assert selections.without(tree, "Query.account", {"User.models"}, TYPES) == {}
