import pytest

from nab.results.tables import catalogue, dictionary, words
from nab.results.tables.columns import NUMBER, WHOLE
from support.repository.benches import REPOSITORY

COLUMNS = [(table.name, column) for table in catalogue.TABLES for column in table.columns]


def test_docs_data_is_made_of_the_tables():
    written = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")

    assert written == dictionary.markdown(), "scripts/data_dictionary.py > docs/data.md"


def test_every_column_says_what_it_is_and_shows_a_value():
    untold = [
        f"{table}.{one.name}" for table, one in COLUMNS if not words.says(one) or not words.example(one)
    ]

    assert untold == []


def test_every_number_has_a_unit_unless_it_only_names_something():
    numbers = [(table, one) for table, one in COLUMNS if one.type in {WHOLE, NUMBER}]
    bare = [
        f"{table}.{one.name}" for table, one in numbers if not one.unit and one.name not in words.WITHOUT_UNIT
    ]

    assert bare == []


@pytest.mark.parametrize(
    "kept",
    [
        ("messages", "text"),
        ("tool_calls", "arguments"),
        ("tool_calls", "command"),
        ("tool_calls", "result"),
        ("files", "path"),
        ("requests", "path"),
        ("requests", "query"),
        ("pages", "title"),
        ("processes", "argv"),
    ],
    ids=".".join,
)
def test_what_an_agent_said_wrote_or_read_is_in_no_export(kept):
    table, column = kept

    assert column not in {one.name for one in catalogue.published(catalogue.NAMED[table])}
    assert column in {one.name for one in catalogue.NAMED[table].columns}


def test_an_export_has_nothing_of_what_is_written_down_word_for_word():
    whole = {one.name for one in catalogue.TABLES if not catalogue.published(one)}

    assert whole == {"events", "calls", "alarms"}
    assert {row[0] for row in dictionary.exported(catalogue.TABLES)}.isdisjoint(whole)
