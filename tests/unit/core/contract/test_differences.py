import pytest
from msgspec import structs

from nab.core.contract import rounds
from nab.core.contract.contract import Contract, Datasets, Day, Field, Form, merged
from nab.core.contract.differences import Difference, Reliance, differences
from nab.core.contract.selections import Use

USES = (
    Use("the watcher", "Query.rounds", "number openTime status", "tournament number"),
    Use("numerapi list_rounds", "Query.rounds", "number openTime configs {name}", "tournament limit"),
    Use("upload_predictions", "Mutation.createSubmission", "id", "filename"),
)
RELIANCE = Reliance(
    USES, {"window": ["submit_minutes"], "file:live.parquet": ["submit.sh"]}, {"Round.status": ["OPEN"]}
)
ROUNDS = {"tournament": "Int", "number": "Int", "limit": "Int"}
HERE = Contract(
    fields={
        "Query.rounds": Field("[Round]", ROUNDS, ["list of object"]),
        "Round.number": Field("Int", {}, ["integer"]),
        "Round.openTime": Field("Time", {}, ["time"]),
        "Round.status": Field("String", {}, ["text"], values=["CLOSED"]),
        "Round.configs": Field("[Config]", {}, ["list of object"]),
        "Config.name": Field("String"),
        "Mutation.createSubmission": Field("Submission", {"filename": "String!"}),
    },
    enums={"RoundStatus": ["OPEN"]},
    forms={"no key": Form(200, "json", ["errors"], "not_authenticated")},
    calendar={"Tuesday": Day(4, 720, 740, 60), "Saturday": Day(4, 720, 725, 1560)},
    datasets=Datasets(["v5.3"], ["v5.3/live.parquet", "v5.3/train.parquet"]),
    links={"address of a dataset file": ["https://a", "X-Amz-Date"]},
    limits={"rounds": "250 in 60 s", "addModel": "10 in 60 s"},
)


def found(**changes):
    return differences(HERE, structs.replace(HERE, **changes), RELIANCE)


def with_field(label, field):
    return found(fields={**HERE.fields, label: field})


def test_the_same_answers_differ_in_nothing():
    assert found() == []


def test_a_field_that_is_gone_breaks_whoever_asks_for_it_and_is_one_difference():
    gone = {**HERE.fields, "Round.openTime": Field(gone="perhaps opensAt now")}

    assert found(fields=gone) == [
        Difference(
            "Round.openTime",
            "is gone",
            "Time",
            "perhaps opensAt now",
            ["the watcher", "numerapi list_rounds"],
        )
    ]


def test_a_field_that_is_expected_to_be_gone_and_is_there_is_told():
    here = structs.replace(HERE, fields={"Round.openTime": Field("Time", gone="perhaps opensAt now")})

    assert [(one.place, one.what) for one in differences(here, HERE, RELIANCE)] == [
        ("Round.openTime", "is there")
    ]


@pytest.mark.parametrize(
    ("label", "field", "what", "before", "after"),
    [
        ("Round.openTime", Field("Int", {}, ["integer"]),
         "is declared otherwise; has values of another kind", "Time; time", "Int; integer"),
        ("Round.openTime", Field("", {}, ["time without a zone"]),
         "has values of another kind", "time", "time without a zone"),
        ("Round.number", Field("Int", {}, ["integer"], null=True), "is null, where it never was", "integer", "null"),
        ("Round.configs", Field("[Config]", {}, ["object"]),
         "has values of another kind", "list of object", "object"),
        ("Round.status", Field("String", {}, ["text"], values=["OPEN", "PAUSED"]),
         "has words that are not known", "CLOSED, OPEN", "PAUSED"),
    ],
)  # fmt: skip
def test_what_of_a_field_is_not_as_expected_is_told(label, field, what, before, after):
    (only,) = with_field(label, field)

    assert (only.place, only.what, only.here, only.there) == (label, what, before, after)
    assert "numerapi list_rounds" in only.breaks or label == "Round.status"


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Round.openTime", Field("Time")),  # nothing was seen there
        ("Round.openTime", Field("Time", {}, [], null=False)),
        ("Config.name", Field("String", {}, ["text"], null=True)),  # nothing was ever seen here
        ("Round.configs", Field("[Config]", {}, ["list"])),
        ("Query.rounds", Field("[Round]", {**ROUNDS, "more": "Int"}, ["list of object"])),
    ],
)
def test_what_was_not_seen_differs_in_nothing(label, field):
    assert with_field(label, field) == []


def test_arguments_count_as_far_as_somebody_sends_them():
    other = Field("[Round]", {"tournament": "ID", "limit": "Int!", "season": "Int!"}, ["list of object"])
    (only,) = with_field("Query.rounds", other)

    assert only.what == "takes no number; takes another tournament; asks for season"


def test_a_mutation_is_compared_by_what_the_schema_says_alone():
    (only,) = with_field("Mutation.createSubmission", Field("Upload", {"filename": "String!"}))

    assert (only.place, only.breaks) == ("Mutation.createSubmission", ["upload_predictions"])


def test_an_operation_that_is_not_answered_is_told_and_one_that_was_not_asked_is_not():
    (only,) = found(silent={"Query.rounds": "HTTP 500, no data"})

    assert (only.what, only.there) == ("is not answered", "HTTP 500, no data")
    assert found(fields={}) == []


def test_of_a_form_what_is_not_the_same_is_told():
    (only,) = found(forms={"no key": Form(401, "json", ["errors"], "unauthorised")})

    assert (only.place, only.here, only.there) == (
        "no key",
        "HTTP 200; “not_authenticated”",
        "HTTP 401; “unauthorised”",
    )


@pytest.mark.parametrize(
    ("day", "what"),
    [
        (Day(4, 720, 740, 58), "close earlier"),
        (Day(4, 720, 740, 90), "close later"),
        (Day(4, 690, 740, 60), "open at another time"),
        (Day(4, 720, 800, 60), "open at another time"),
        (Day(4, 710, 750, 59), None),  # some minutes are no change
    ],
)
def test_a_day_s_rounds_are_compared_by_when_they_open_and_for_how_long(day, what):
    told = [one.what for one in found(calendar={**HERE.calendar, "Tuesday": day})]

    assert told == ([what] if what else [])


def test_a_day_without_rounds_is_told_once_enough_weeks_were_seen():
    tuesdays = HERE.calendar["Tuesday"]

    assert found(calendar={"Tuesday": structs.replace(tuesdays, rounds=1)}) == []
    assert [one.place for one in found(calendar={"Tuesday": structs.replace(tuesdays, rounds=9)})] == [
        "rounds on Saturday"
    ]
    assert [one.what for one in found(calendar={**HERE.calendar, "Monday": tuesdays})] == ["open"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["v5.3/live.parquet", "v5.3/train.parquet", "v5.3/more.parquet", "v5.2/live.parquet"], []),
        (
            ["v5.4/live.parquet", "v5.3/live.parquet", "v5.3/train.parquet"],
            [("dataset", "has another newest version")],
        ),
        (["v5.3/live/live.parquet", "v5.3/train.parquet"], [("dataset v5.3/live.parquet", "has moved")]),
        (["v5.3/live.feather", "v5.3/train.parquet"], [("dataset v5.3/live.parquet", "has moved")]),
        (
            ["v6.0/train.parquet"],
            [
                ("dataset", "has another newest version"),
                ("dataset v5.3", "is gone"),
                ("dataset v5.3/live.parquet", "is gone"),
            ],
        ),
        ([], []),
    ],
)
def test_the_dataset_is_compared_by_its_newest_version_and_the_files_of_the_expected_one(files, told):
    assert [(one.place, one.what) for one in found(datasets=rounds.datasets(files))] == told


def test_hosts_enums_and_the_rates_of_what_is_asked_are_compared():
    assert [one.place for one in found(links={"address of a dataset file": ["https://b", "X-Amz-Date"]})] == [
        "address of a dataset file"
    ]
    assert [one.place for one in found(enums={"RoundStatus": ["OPEN", "PAUSED"]})] == ["enum RoundStatus"]
    (only,) = found(limits={"rounds": "25 in 60 s", "addModel": "1 in 60 s"})
    assert (only.place, only.breaks[-1]) == ("rate of rounds", "numerapi list_rounds")


def test_what_was_seen_on_two_occasions_is_one_contract():
    one = Contract(fields={"Round.openTime": Field("Time", {}, [], null=True)}, silent={"Query.rounds": "no"})
    whole = merged(one, HERE)

    assert whole.fields["Round.openTime"] == Field("Time", {}, ["time"], null=True)
    assert whole.silent == {}
