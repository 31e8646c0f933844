import pytest

from nab.core.errors import NabError
from nab.edges.store import database

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with database.opened(tmp_path_factory.mktemp("scratch")) as connection:
        connection.execute("CREATE TABLE known AS SELECT 1 AS one")
        yield connection


@pytest.mark.parametrize(
    "question", ["SELECT one FROM known", "DESCRIBE known", "SHOW TABLES", "EXPLAIN SELECT 1"]
)
def test_this_is_a_question(connection, question):
    names, rows = database.ask(connection, question)

    assert names
    assert rows


@pytest.mark.parametrize(
    "order",
    ["DROP TABLE known", "SELECT 1; DROP TABLE known", "COPY known TO '{}/a.csv'", "SET threads = 1",
     "ATTACH ':memory:'", "INSTALL httpfs", "CALL pragma_version()", "WITH a AS (SELECT 1) INSERT INTO known FROM a"],
)  # fmt: skip
def test_this_is_none_and_does_nothing(connection, order, tmp_path):
    with pytest.raises(NabError, match="that is no question"):
        database.ask(connection, order.format(tmp_path))

    assert list(tmp_path.iterdir()) == []
    assert database.rows(connection, "SELECT one FROM known") == (("one",), [(1,)])


def test_a_mistake_is_told_in_a_sentence(connection):
    with pytest.raises(NabError, match="DuckDB: Catalog Error"):
        database.ask(connection, "SELECT * FROM nowhere")


def test_a_confined_question_opens_only_what_lies_in_its_folders(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.csv").write_text("one\n1\n")

    with database.opened(tmp_path / "scratch") as connection:
        database.confine(connection, [inside])

        assert database.ask(connection, f"FROM '{inside}/a.csv'")[1] == [(1,)]
        with pytest.raises(NabError, match="Permission"):
            database.ask(connection, f"FROM '{outside}/a.csv'")
