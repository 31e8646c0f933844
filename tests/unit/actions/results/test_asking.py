import json

import pytest

from nab.actions.results import asking
from nab.core.errors import NabError
from nab.core.text.tables import plain
from support.repository.benches import bench_on
from support.worlds import stored

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = bench_on(tmp_path_factory.mktemp("asked"))
    stored.of_log(bench)
    return bench


def test_an_answer_is_a_table_and_a_line_of_json_a_row_for_programs(bench):
    question = "SELECT day, value, known FROM scores ORDER BY seq DESC LIMIT 2"

    assert plain(asking.answer(bench, question)).splitlines() == [
        "day  value  known",
        "21          2026-06-02 12:00:00",
        "20   0.02   2026-06-02 12:00:00",
    ]
    assert json.loads(asking.answer(bench, question, as_json=True).splitlines()[1]) == {
        "day": 20,
        "value": 0.02,
        "known": "2026-06-02 12:00:00",
    }


def test_without_a_question_the_tables_are_named(bench):
    with pytest.raises(NabError, match="no question") as error:
        asking.answer(bench, " ")

    assert "scores" in error.value.hint


def test_a_question_reaches_no_key(bench):
    bench.paths.secrets.mkdir(parents=True, exist_ok=True)
    key = bench.paths.secrets / "numerai.json"
    key.write_text("{}")

    with pytest.raises(NabError, match="Permission"):
        asking.answer(bench, f"FROM read_text('{key}')")


def test_a_prompt_shows_answers_and_mistakes(bench, monkeypatch, capsys):
    typed = iter(["show('SELECT count(*) AS runs FROM runs')", "show('SELEC')", "print(rows('SELECT 1'))"])

    def read(prompt=""):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)

    asking.shell(bench)

    out = capsys.readouterr().out
    assert "runs\n2\n" in out
    assert "syntax error" in out
    assert "[(1,)]" in out
