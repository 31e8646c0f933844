import pytest

from nab.core.contract import schema, selections

ROOTS = {"Query.rounds": selections.read("number closeStakingTime configs {name}")}


def named(name):
    return {"kind": "OBJECT", "name": name}


def field(name, kind, args=()):
    return {"name": name, "type": kind, "args": list(args)}


def told(*round_fields):
    arguments = [
        {"name": "tournament", "type": {"kind": "NON_NULL", "ofType": named("Int")}, "defaultValue": None},
        {"name": "limit", "type": {"kind": "NON_NULL", "ofType": named("Int")}, "defaultValue": "5"},
    ]
    many = {"kind": "LIST", "ofType": {"kind": "NON_NULL", "ofType": named("Round")}}
    return {
        "__schema": {
            "queryType": {"name": "RootQueryType"},
            "mutationType": None,
            "types": [
                {"name": "RootQueryType", "fields": [field("rounds", many, arguments)]},
                {"name": "Round", "fields": list(round_fields)},
                {"name": "Config", "fields": [field("name", named("String"))]},
                {"name": "RoundStatus", "fields": None, "enumValues": [{"name": "OPEN"}, {"name": "CLOSED"}]},
            ],
        }
    }


NUMBER, CONFIGS = field("number", named("Int")), field("configs", {"kind": "LIST", "ofType": named("Config")})


def test_types_arguments_and_words_are_read_without_the_marks_for_never_null():
    found = schema.read(told(NUMBER, CONFIGS, field("close_staking_time", named("Time"))))
    declared = schema.declared(found, ROOTS)

    assert declared["Query.rounds"].declared == "[Round]"
    assert declared["Query.rounds"].arguments == {"tournament": "Int!", "limit": "Int"}
    assert {label: one.declared for label, one in declared.items() if label != "Query.rounds"} == {
        "Round.number": "Int",
        "Round.closeStakingTime": "Time",
        "Round.configs": "[Config]",
        "Config.name": "String",
    }
    assert found.enums == {"RoundStatus": ["CLOSED", "OPEN"]}


def test_a_field_that_is_not_there_is_gone_with_what_may_have_taken_its_place():
    found = schema.read(told(NUMBER, field("stakingCloseTime", named("Time"))))
    declared = schema.declared(found, ROOTS, {"Query.rounds": "[Round]"})

    assert declared["Round.closeStakingTime"].gone == "perhaps stakingCloseTime now"
    assert declared["Round.configs"].gone
    assert "Config.name" not in declared


def test_a_type_of_another_name_keeps_the_names_that_are_expected():
    answer = told(NUMBER)
    answer["__schema"]["types"][1]["name"] = "Runde"
    answer["__schema"]["types"][0]["fields"][0]["type"] = named("Runde")

    declared = schema.declared(schema.read(answer), ROOTS, {"Query.rounds": "[Round]"})

    assert declared["Query.rounds"].declared == "Runde"
    assert declared["Round.number"].declared == "Int"


@pytest.mark.parametrize(
    "answer",
    [None, [], "x", {}, {"__schema": None}, {"__schema": {"types": []}}, {"__schema": {"types": [1, {}]}}],
)
def test_what_is_no_schema_is_none(answer):
    assert schema.read(answer) is None
