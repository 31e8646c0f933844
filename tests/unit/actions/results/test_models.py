"""Metrics that an agent saw, its candidates and their families, in the tables of the store."""

import json

import pytest

from nab.actions.results import asking, update
from nab.edges.git import repository
from nab.edges.store import database
from support.repository.benches import bench_on
from support.worlds import stored
from support.worlds.stored import OVER

pytestmark = pytest.mark.full
SCRIPT = b"import lightgbm\nlightgbm.LGBMRegressor().fit(x, y['target'])\n"
SHA256 = "c0" * 32


def claude(kind, **block):
    line = {"type": kind, "session_id": "s", "message": {"role": kind, "content": [block]}}
    return json.dumps(line).encode() + b"\n"


def a_training(paths):
    """A script, a log that grows, a call that runs it, and an upload of what it predicted."""
    for seconds, change in (
        (1_778_800_000, {b"train.py": SCRIPT, b"logs/train.log": b"epoch 1 val_corr=0.01\n"}),
        (1_778_900_120, {b"logs/train.log": b"epoch 1 val_corr=0.01\nepoch 2 val_corr=0.02\n"}),
    ):
        stored.commit(paths.history, seconds, change)
    call = {
        "id": "toolu_t",
        "name": "Bash",
        "input": {"command": "cd /workspace && python ./train.py --fast"},
    }
    result = "validation corr: 0.021\nvalidation sharpe: 0.9\ntrain corr: 0.3"
    printed = claude("assistant", type="tool_use", **call)
    printed += claude("user", type="tool_result", tool_use_id="toolu_t", content=result)
    with (paths.sessions / "work-1" / "stdout.jsonl").open("ab") as file:
        file.write(b"\n" + printed)
    upload = stored.call(OVER, 3) | {
        "upload_sha256": SHA256,
        "path": "/models/preds.csv",
        "time": "2026-05-16T13:20:00.000Z",
    }
    with paths.http.open("ab") as file:
        file.write(json.dumps(upload).encode() + b"\n")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = bench_on(tmp_path_factory.mktemp("models"))
    stored.of_log(bench)
    paths = bench.run(OVER)
    paths.history.mkdir(parents=True)
    repository.make(paths.history)
    (paths.sessions / "work-1").mkdir(parents=True)
    paths.http.parent.mkdir(parents=True)
    a_training(paths)
    update.update(bench)
    return bench


def ask(bench, question):
    with asking.opened(bench) as connection:
        return database.ask(connection, question)[1]


def test_the_ledger_has_what_calls_printed_and_what_is_new_in_files_with_the_surface(bench):
    told = ask(bench, "SELECT source, metric, value, surface, line, script_of FROM (SELECT *, coalesce(call, path)"
                      " AS script_of FROM metric_ledger) ORDER BY source, surface, value")  # fmt: skip

    assert told == [
        ("file", "corr", 0.01, "validation", 1, "logs/train.log"),
        ("file", "corr", 0.02, "validation", 2, "logs/train.log"),
        ("tool", "corr", 0.3, "train", 3, "toolu_t"),
        ("tool", "corr", 0.021, "validation", 1, "toolu_t"),
        ("tool", "sharpe", 0.9, "validation", 2, "toolu_t"),
    ]


def test_a_candidate_is_an_upload_or_what_printed_a_validation_metric_each_with_its_family(bench):
    told = ask(bench, "SELECT known_by, candidate, script, metric, value, tie, library, model FROM candidates JOIN"
                      " (SELECT DISTINCT family, library, model FROM families) USING (family) ORDER BY 1")  # fmt: skip

    assert told[0] == ("predictions", SHA256, None, None, None, "time", "lightgbm", "LGBMRegressor")
    assert (told[1][0], *told[1][2:]) == (
        "printed",
        "train.py",
        "corr",
        0.021,
        "script",
        "lightgbm",
        "LGBMRegressor",
    )
    assert ask(bench, "SELECT DISTINCT candidate FROM metric_ledger WHERE call = 'toolu_t'") == [
        (told[1][1],)
    ]


def test_a_second_block_of_commits_tells_only_what_is_new_in_a_file(bench, monkeypatch):
    from nab.actions.results import worked_out

    monkeypatch.setattr(worked_out, "BLOCK", 1)
    paths = bench.run(OVER)
    rows = [
        row
        for one in worked_out.of_history(paths, OVER)
        if one.table.name == "printed_metrics"
        for row in one.rows()
    ]

    assert [row["value"] for row in rows] == [0.01, 0.02]
