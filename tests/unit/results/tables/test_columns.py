from dataclasses import replace

from nab.results.tables.columns import Column, Recorded, view

TABLE = Recorded(
    "looks", "A look a row.", "looks.jsonl", (Column("run", made="{run}"), Column("time")), "time"
)


def test_a_name_with_a_quote_in_it_stays_a_text():
    query = TABLE.rows("['a']", "it's")

    assert "TRY_CAST('it''s' AS VARCHAR) AS \"run\"" in query


def test_a_table_that_would_have_other_rows_has_another_fingerprint():
    more = replace(TABLE, columns=(*TABLE.columns, Column("who")))
    said = replace(TABLE, says="Something else is said of it.")

    assert TABLE.fingerprint != more.fingerprint
    assert TABLE.fingerprint != replace(TABLE, rules="metrics 2").fingerprint
    assert TABLE.fingerprint == said.fingerprint


def test_a_table_without_files_is_empty_and_has_its_columns():
    assert view(TABLE, [], {}) == (
        'SELECT "run", "time" FROM ((SELECT NULL::VARCHAR AS "run", NULL::VARCHAR AS "time" WHERE false))'
    )


def test_only_files_of_an_older_release_are_all_opened_for_their_columns():
    assert "union_by_name = false" in view(TABLE, ["a.parquet"], {})
    assert "union_by_name = true" in view(TABLE, ["a.parquet"], {}, mixed=True)
