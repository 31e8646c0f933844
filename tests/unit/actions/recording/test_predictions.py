"""Uploads worked up on a real disk: kept before they are removed, listed once, and bounded."""

import hashlib
import json
import os

import msgspec
import pytest

from nab.actions.recording import predictions
from nab.core.errors import BUSY, NabError
from nab.core.recording.predictions import FULL, Form
from nab.edges import process
from nab.edges.files import compressed, files, locks
from nab.edges.kernel import priority
from support.records.logs import RUN
from support.repository.benches import bench_on

CSV = b"id,prediction\n" + b"".join(b"n%015x,%d\n" % (number, number) for number in range(3000))
NO_TABLES = {
    "empty": b"",
    "parquet": b"PAR1...",
    "odd": b"\xff\xfe\0",
    "long": b"id,prediction\n" + b"9" * 100_000,
}


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch):
    monkeypatch.setattr(priority, "stand_back", lambda: None)


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path, "[recording]\npredictions_max_mib = 1\n")


def uploaded(bench, content, kind="submission", digest=None):
    paths = bench.run(RUN)
    paths.uploads.mkdir(parents=True, exist_ok=True)
    digest = digest or hashlib.sha256(content).hexdigest()
    (paths.uploads / f"{digest}.{kind}").write_bytes(content)
    return digest


def kept(bench):
    folder = bench.run(RUN).predictions
    return {path.name for path in folder.iterdir()} - {"uploads.jsonl"} if folder.is_dir() else set()


def listed(bench):
    return list(predictions.uploads(bench.run(RUN)))


def test_a_submission_is_kept_whole_and_no_longer_waits(bench):
    digest = uploaded(bench, CSV)

    (made,) = predictions.keep(bench, RUN)

    assert (made.sha256, made.form, made.bytes, made.why) == (digest, Form.WHOLE, len(CSV), None)
    with compressed.opened(bench.run(RUN).predictions / digest) as file:
        assert file.read() == CSV
    assert listed(bench) == [made] and not predictions.waiting(bench.run(RUN))


def test_the_same_file_is_kept_once_and_for_each_purpose(bench):
    digest = uploaded(bench, CSV)
    uploaded(bench, CSV, "diagnostics")
    predictions.keep(bench, RUN)
    uploaded(bench, CSV)

    assert [one.form for one in predictions.keep(bench, RUN)] == [Form.WHOLE]
    assert [(one.kind, one.form) for one in listed(bench)] == [
        ("diagnostics", Form.SKETCH),
        ("submission", Form.WHOLE),
    ]
    assert kept(bench) == {f"{digest}.gz", f"{digest}.sketch.jsonl.gz"}


@pytest.mark.parametrize("content", NO_TABLES.values(), ids=NO_TABLES.keys())
def test_a_file_that_is_no_table_costs_the_sketch_and_says_so(bench, content, capsys):
    uploaded(bench, content, "diagnostics")
    uploaded(bench, content)

    sketch, whole = sorted(predictions.keep(bench, RUN), key=lambda one: one.kind)

    assert (sketch.form, whole.form) == (Form.NOT, Form.WHOLE) and sketch.why
    assert sketch.why in capsys.readouterr().err
    assert not predictions.waiting(bench.run(RUN))


def test_what_nobody_foresaw_in_a_file_costs_its_sketch(bench, monkeypatch):
    monkeypatch.setattr(predictions.sketches, "read", lambda pieces: 1 / 0)
    uploaded(bench, CSV, "diagnostics")

    assert [one.why for one in predictions.keep(bench, RUN)] == ["it cannot be read: ZeroDivisionError"]


def test_bytes_that_are_not_those_that_were_sent_are_not_kept(bench):
    uploaded(bench, CSV[:100], digest="0" * 64)
    uploaded(bench, CSV[:100], "diagnostics", digest="0" * 64)

    assert [(one.form, one.why) for one in predictions.keep(bench, RUN)] == [
        (Form.NOT, predictions.DAMAGED)
    ] * 2
    assert kept(bench) == set()


def test_beyond_the_limit_the_list_tells_of_a_file_and_keeps_none(bench):
    noise = [os.urandom(800_000) for _ in range(2)]
    for content in noise:
        uploaded(bench, content)

    made = predictions.keep(bench, RUN)

    assert sorted((one.form, one.why) for one in made) == [(Form.NOT, FULL), (Form.WHOLE, None)]
    assert len(kept(bench)) == 1 and not predictions.waiting(bench.run(RUN))
    assert "1 predictions whole, 1 not kept" in predictions.count(bench, RUN).words


@pytest.mark.parametrize("where", ["write", "list", "confirm"])
def test_on_a_disk_that_fails_an_upload_waits_on(bench, monkeypatch, where):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    digest = uploaded(bench, CSV)
    with monkeypatch.context() as patch:
        if where == "write":
            patch.setattr(predictions.compression, "write", full)
        else:
            patch.setattr(files, "append_line" if where == "list" else "confirm", full)
        assert predictions.keep(bench, RUN) == []
    assert len(predictions.waiting(bench.run(RUN))) == 1

    assert [one.form for one in predictions.keep(bench, RUN)] == [Form.WHOLE]
    assert kept(bench) == {f"{digest}.gz"} and len(listed(bench)) == 1


def test_what_an_upload_is_not_is_left_and_an_old_beginning_is_swept(bench):
    uploaded(bench, CSV)
    folder = bench.run(RUN).uploads
    for name in (".f1.part", ".f2.part", "readme", "0" * 64 + ".other"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / ".f2.part", (0, 0))

    assert len(predictions.keep(bench, RUN)) == 1
    assert {path.name for path in folder.iterdir()} == {".f1.part", "readme", "0" * 64 + ".other"}


def test_two_at_once_are_refused(bench):
    uploaded(bench, CSV)
    with locks.held(bench.run(RUN).lock(predictions.DUTY), what="it"), pytest.raises(NabError) as refused:
        predictions.keep(bench, RUN)

    assert refused.value.exit_code == BUSY


def test_a_process_is_started_where_something_waits_and_nobody_does_it_and_not_too_often(bench, monkeypatch):
    started = []
    monkeypatch.setattr(process, "start_detached", lambda *argv, output: started.append(argv[-2:]))
    monkeypatch.setattr(predictions, "STARTED", {})
    predictions.see_to_all(bench)
    assert started == []

    uploaded(bench, CSV)
    with locks.held(bench.run(RUN).lock(predictions.DUTY), what="it"):
        predictions.see_to_all(bench)
    assert started == []

    for _ in range(3):
        predictions.see_to_all(bench)
    assert started == [("--run", RUN)]


def test_a_run_without_pages_and_uploads_has_none_to_count(bench):
    assert predictions.count(bench, RUN).words == "no pages; no predictions"


def test_a_sketch_is_a_line_about_the_whole_and_one_a_row(bench):
    digest = uploaded(bench, CSV, "diagnostics")
    (made,) = predictions.keep(bench, RUN)

    with compressed.opened(bench.run(RUN).predictions / f"{digest}.sketch.jsonl") as file:
        head, *rows = map(json.loads, file)

    assert (head["rows"], head["sampled"], head["one_in"]) == (3000, len(rows), 64)
    assert (made.rows, made.sampled) == (3000, len(rows))
    assert all(len(row) == 3 for row in rows)
    assert (
        msgspec.json.decode(bench.run(RUN).predictions_list.read_bytes().splitlines()[0])["form"] == "sketch"
    )
