"""The store of a whole state, value by value. One state is made for all that only asks."""

import shutil
from datetime import datetime

import pytest

from nab.actions.results import update
from nab.core.errors import NabError
from nab.core.facts import RunEnded, RunEnding
from nab.core.facts.base import Cause
from nab.edges.files import locks, records
from nab.edges.store import database
from nab.results.tables import catalogue
from support.repository.benches import bench_on
from support.worlds import stored
from support.worlds.stored import GOES_ON, JUNE, MAY, OVER, WHO

pytestmark = pytest.mark.full
FIRST_LINE = "2026-05-16 13:02:00"


def ask(bench, question):
    with database.opened(
        bench.paths.store / "scratch", bench.paths.store_views, read_only=True
    ) as connection:
        return database.ask(connection, question)[1]


def made_in(bench):
    return {path: path.stat().st_mtime_ns for path in bench.paths.store.glob("*/*/*.parquet")}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A state whose store was made."""
    bench = bench_on(tmp_path_factory.mktemp("stored"))
    stored.fill(bench)
    update.update(bench, fold=True)
    return bench


@pytest.fixture
def own(bench, tmp_path):
    """A copy of it, to be changed and brought up to date."""
    shutil.copytree(bench.paths.root, tmp_path / "state")
    return bench_on(tmp_path)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("SELECT run, llm, ending, cause, exit_code FROM runs ORDER BY seq",
         [(OVER, "claude-opus", "finished", "agent", 0), (GOES_ON, "claude-haiku", None, None, None)]),
        ("SELECT started FROM runs WHERE ended IS NOT NULL", [(datetime(2026, 5, 15, 9, 0, 10),)]),
        ("SELECT entrant, agent, level, run FROM entrants", [(WHO, "claude", "L3", OVER)]),
        ("SELECT cpu, cores, gpus FROM machines", [("a cpu", 2, '["H200"]')]),
        ("SELECT version, commit FROM harnesses", [("0.1.0", "abc")]),
        ("SELECT run, session, mode, ending, calls, began FROM sessions",
         [(OVER, "work-1", "first", "done", 3, datetime(2026, 5, 15, 9, 0, 11))]),
        ("SELECT run, active_seconds, cpu_seconds, gpu_seconds FROM turns", [(OVER, 3600.0, 60.0, None)]),
        ("SELECT model, input_tokens, output_tokens, usd FROM usage", [("claude-opus", 5, 2, 0.5)]),
        ("SELECT round, opens FROM rounds", [(1269, datetime(2026, 5, 16, 12))]),
        ("SELECT entrant, round, submission, status, selected FROM submissions", [(WHO, 1269, "s1", "on-time", True)]),
        ("SELECT submission, made_by, how FROM uploads", [("s1", "scheduler", "alone")]),
        ("SELECT entrant, round, owed, status, detail, because FROM outcomes",
         [(WHO, 1269, True, "verified", "on-time", "[13]")]),
        ("SELECT old, new, because FROM outcome_changes", [("missed", "verified on-time", "[13]")]),
        ("SELECT model, round, metric, day, value, percentile, version FROM reference_scores ORDER BY day",
         [("a_model", 1269, "mmc", 19, None, 0.5, ""), ("a_model", 1269, "mmc", 20, 0.03, None, "v1")]),
        ("SELECT diagnostics, eras, metrics FROM diagnostics", [("d1", 1, '{"validationMmcMean":null}')]),
        ("SELECT era, metric, value FROM diagnosed_eras ORDER BY metric",
         [("0857", "validationCorr", 0.02), ("0857", "validationMmc", None)]),
        ("SELECT package, version FROM packages ORDER BY package", [("lightgbm", "4.5.0"), ("numpy", "2.0.0")]),
        ("SELECT cpu_seconds, processes, memory_peak_bytes, started, last FROM resources",
         [(12.5, 3, 4096, True, None)]),
        ("SELECT what, id, argv, session FROM processes", [("appeared", "4021:1", "python train.py", "work-1")]),
        ("SELECT time, files FROM commits ORDER BY time",
         [(datetime(2026, 5, 16, 2, 53, 20), 2), (datetime(2026, 5, 16, 2, 54, 20), 2)]),
        ("SELECT path, change, blob IS NULL FROM files ORDER BY time, path",
         [("a.py", "A", False), ("b c.py", "A", False), ("a.py", "M", False), ("b c.py", "D", True)]),
        ("SELECT * FROM claims", []),
        ("SELECT * FROM alarms", []),
    ],
    ids=lambda one: one.split(" FROM ")[1].split()[0] if isinstance(one, str) else "",
)  # fmt: skip
def test_a_table_has_these_rows(bench, question, expected):
    assert ask(bench, question) == expected


def test_a_score_that_is_told_again_for_a_flag_is_no_second_one_and_a_revision_is(bench):
    told = ask(bench, "SELECT day, value, known FROM scores ORDER BY seq")

    assert told == [
        (20, 0.01, MAY.replace(tzinfo=None)),
        (20, 0.02, JUNE.replace(tzinfo=None)),
        (21, None, JUNE.replace(tzinfo=None)),
    ]


def test_the_scores_of_a_day_are_those_up_to_its_seq(bench):
    assert ask(bench, "SELECT value FROM scores WHERE seq <= 14") == [(0.01,)]


@pytest.mark.parametrize("run", [OVER, GOES_ON])
def test_a_torn_line_a_line_that_is_none_a_null_and_a_compressed_segment_are_counted_right(bench, run):
    rows = ask(bench, f"SELECT seq, phase FROM calls WHERE run = '{run}' ORDER BY seq")
    requests = ask(
        bench, f"SELECT count(*), sum(response_bytes), max(denied_rule) FROM requests WHERE run = '{run}'"
    )
    (counted,) = ask(
        bench,
        f"SELECT sum(lines), sum(rows), sum(unreadable) FROM sources WHERE of_table = 'calls' AND run = '{run}'",
    )

    assert rows == [(one, "start" if one == 9 else "done") for one in range(10)]
    assert requests == [(9, 3600, "port")]
    assert counted == (14, 10, 4)


def test_a_page_is_there_without_its_text(bench):
    told = ask(
        bench,
        f"SELECT id, which, sha256, bytes, title, kept FROM pages WHERE run = '{OVER}' ORDER BY id LIMIT 1",
    )

    assert told == [("call-1", "response", "ab" * 32, 61_440, "Data", True)]


def test_what_a_session_said_and_did_is_there_with_where_it_stands(bench):
    said = ask(
        bench, "SELECT session, role, text, line FROM messages WHERE NOT thought ORDER BY line LIMIT 1"
    )
    done = ask(
        bench,
        "SELECT name, failed, source, result_chars = length(result) FROM tool_calls ORDER BY line LIMIT 1",
    )

    assert said[0][:2] == ("work-1", "assistant")
    assert said[0][2]
    assert done == [("Bash", False, "work-1/stdout", True)]


def test_what_is_closed_has_a_parquet_file_and_what_grows_is_read_as_it_is(bench):
    states = ask(
        bench,
        "SELECT run, state, count(*) FROM sources WHERE of_table IN ('calls', 'events') GROUP BY ALL ORDER BY ALL",
    )

    assert states == [
        ("", "growing", 1),  # June
        ("", "sealed", 1),  # May
        (OVER, "sealed", 3),
        (GOES_ON, "growing", 1),
        (GOES_ON, "sealed", 2),
    ]


def test_a_parquet_file_is_named_by_the_hash_of_its_lines_compressed_or_not(bench):
    (first,) = (path for path in bench.paths.store.glob(f"calls/{OVER}/000000000000000.*"))
    there = records.of(bench.run(OVER).http)[0]

    assert first.name.split(".")[3] == records.measured(there.path).sha256
    assert not there.path.exists()


def test_a_second_update_makes_nothing(own):
    before = made_in(own)

    found = update.update(own, fold=True)

    assert found.made == []
    assert found.kept == len(before)
    assert made_in(own) == before


def test_a_line_more_is_seen_and_makes_no_parquet_file(own):
    record = own.run(GOES_ON).http
    last = records.newest(record).path
    last.write_bytes(last.read_bytes().removesuffix(stored.TORN) + stored.lines(GOES_ON, range(10, 12)))

    found = update.update(own)

    assert found.made == []
    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{GOES_ON}'") == [(12,)]


def test_a_run_that_ends_has_its_last_segment_closed(own):
    ended = RunEnded(ending=RunEnding.STOPPED, cause=Cause.HARNESS, reason="by a person")
    stored.write(own, JUNE, ended, GOES_ON)

    found = update.update(own)

    assert [path.parent.name for path in found.made] == [GOES_ON]
    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{GOES_ON}'") == [(10,)]


def test_a_closed_segment_that_grew_all_the_same_is_made_again_in_the_place_of_the_old_one(own):
    last = records.newest(own.run(OVER).http).path
    last.write_bytes(last.read_bytes().removesuffix(stored.TORN) + stored.lines(OVER, range(10, 12)))

    found = update.update(own)

    assert len(found.made) == 1
    assert len(list(own.paths.store.glob(f"calls/{OVER}/*"))) == 3
    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{OVER}'") == [(12,)]


def test_a_segment_that_is_compressed_later_is_the_same(own):
    for one in records.of(own.run(OVER).http)[1:]:
        content = one.path.read_bytes()
        packed = records.compressed.beside(one.path)
        packed.write_bytes(b"".join(records.compressed.members([content])))
        one.path.unlink()

    assert update.update(own).made == []
    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{OVER}'") == [(10,)]


def test_the_rows_of_a_run_whose_records_are_gone_stay(own):
    for path in own.run(OVER).http.parent.iterdir():
        path.unlink()

    update.update(own)

    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{OVER}'") == [(10,)]


def test_a_file_of_an_older_release_with_other_columns_is_read_with_the_others(own):
    (path,) = own.paths.store.glob(f"resources/{OVER}/*")
    older = path.with_name(path.name.replace(path.name.split(".")[2], "00000000"))
    with database.opened(own.paths.store / "scratch") as connection:
        connection.execute(
            f"COPY (SELECT run, time FROM read_parquet('{path}')) TO '{older}' (FORMAT parquet)"
        )
    path.unlink()
    own.run(OVER).resources.unlink()

    update.update(own)

    assert ask(own, "SELECT run, cpu_seconds FROM resources") == [(OVER, None)]


def test_what_cannot_be_read_of_a_run_is_told_and_costs_its_own_rows_alone(own):
    shutil.rmtree(own.paths.store)
    paths = own.run(OVER)
    records.compressed.beside(records.of(paths.http)[0].path).write_bytes(b"damaged")
    (paths.history / "refs/heads/workspace").write_text("ab" * 20)

    found = update.update(own)

    assert [one.split(":")[0] for one in found.failed] == [f"calls of {OVER}", f"commits of {OVER}"]
    assert f"store: not there: calls of {OVER}: " in found.words
    assert ask(own, f"SELECT count(*) FROM calls WHERE run = '{OVER}'") == [(6,)]
    assert ask(own, "SELECT (SELECT count(*) FROM commits), (SELECT count(*) FROM packages)") == [(0, 2)]


def test_the_views_can_be_deleted(own):
    own.paths.store_views.unlink()

    assert update.update(own).made == []
    assert ask(own, "SELECT count(*) FROM runs") == [(2,)]


def test_a_closed_month_that_is_damaged_gets_no_parquet_file(tmp_path):
    bench = bench_on(tmp_path)
    stored.of_log(bench)
    month = bench.paths.events / "2026-05.jsonl"
    month.write_bytes(month.read_bytes().replace(b'"day":20', b'"day":19', 1))

    with pytest.raises(NabError, match=r"the event log is damaged: .*2026-05.jsonl line 14"):
        update.update(bench)

    assert made_in(bench) == {}


def test_what_a_segment_that_was_left_holds_beyond_its_successor_counts_once(tmp_path):
    bench = bench_on(tmp_path)
    stored.of_log(bench)
    month = bench.paths.events / "2026-05.jsonl"
    whole = month.read_bytes().splitlines(keepends=True)
    month.with_name("2026-05.2.jsonl").write_bytes(b"".join(whole[-3:]))

    update.update(bench)

    assert ask(bench, "SELECT count(*), count(DISTINCT seq), max(seq) FROM events") == [(20, 20, 20)]


def test_an_empty_state_has_all_tables_without_a_row(tmp_path):
    bench = bench_on(tmp_path)

    update.update(bench, fold=True)

    assert ask(bench, "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM requests)") == [(0, 0)]


def test_only_one_updates_at_a_time(tmp_path, monkeypatch):
    bench = bench_on(tmp_path)
    monkeypatch.setattr(update, "WAIT_SECONDS", 0.0)

    with (
        locks.held(bench.paths.lock("results"), what="the results store"),
        pytest.raises(NabError, match="results store"),
    ):
        update.update(bench)


def test_every_column_has_its_type_and_can_be_asked_for_without_quotes(bench):
    with database.opened(
        bench.paths.store / "scratch", bench.paths.store_views, read_only=True
    ) as connection:
        for table in catalogue.TABLES:
            names = ", ".join(one.name for one in table.columns)
            told = database.rows(connection, f"DESCRIBE SELECT {names} FROM {table.name}")[1]

            assert [row[:2] for row in told] == [(one.name, one.type) for one in table.columns], table.name
