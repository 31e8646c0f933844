"""What people and programs are told of the sync, and that the log can be got back as docs/sync.md says."""

import json
import re
import subprocess

import msgspec
import pytest

from nab.actions.health.doctor import sync
from nab.actions.reports import status
from nab.actions.upkeep.sync import lag, report
from nab.core.errors import NabError
from nab.core.health.checks import CheckVerdict
from nab.core.text.tables import plain
from nab.edges.log import log_files
from support.repository.benches import REPOSITORY
from support.worlds.sync import RUN, SECRET, SyncWorld

CALLS = f"runs/{RUN}/calls/http.jsonl"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(report.priority, "stand_back", lambda: None)
    return SyncWorld(tmp_path.resolve())


def test_the_log_can_be_got_back_as_the_document_says(world, tmp_path):
    world.happen(40)
    world.tick()
    loop = re.search(r"^ +(for log in .*; done)$", (REPOSITORY / "docs/sync.md").read_text(), re.MULTILINE)[1]
    subprocess.run(
        ["git", "clone", "--quiet", "--branch", world.branch, str(world.remote), "copy"],
        cwd=tmp_path,
        check=True,
    )
    (tmp_path / "back/state/events").mkdir(parents=True)
    (tmp_path / "back/copy").symlink_to(tmp_path / "copy")

    subprocess.run(["sh", "-ec", loop], cwd=tmp_path / "back", check=True)

    chain = log_files.read_whole(tmp_path / "back/state/events").chain
    assert chain.faults == []
    assert chain.head == log_files.read_whole(world.state / "events").chain.head


def test_people_are_told_what_stays_and_what_waits(world, capsys):
    world.hold()
    world.grow(CALLS, f"{SECRET}\n")
    world.lay("results/a.parquet", "x")

    report.run(world.bench, dry_run=True, as_json=False)
    dry = capsys.readouterr().out
    report.run(world.bench, dry_run=False, as_json=False)
    told = capsys.readouterr().out

    assert "would take up 1 file," in dry
    assert "results/a.parquet: licensed data" in dry
    assert f"withheld: {CALLS}: held: anthropic.api_key" in told
    assert f"reached {world.remote}, {world.branch}" in told
    assert SECRET not in dry + told


def test_programs_are_told_in_json_also_when_it_fails(world, capsys):
    world.happen()
    world.remote.rename(world.folder / "away")

    with pytest.raises(NabError):
        report.run(world.bench, dry_run=False, as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["answer"], told["waiting"] > 0, told["on"]) == ("absent", True, True)


def test_what_looks_like_a_key_comes_with_what_lets_it_through(world, capsys):
    world.grow(CALLS, "ghp_qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8zKx\n")

    report.run(world.bench, dry_run=False, as_json=False)

    assert re.search(
        r'shape: GitHub token \(if it is none: add "[0-9a-f]{16}" to sync.harmless\)', capsys.readouterr().out
    )


def test_off_is_said_and_is_no_failure(world, capsys):
    world.settings = ""
    world.change("")

    report.run(world.bench, dry_run=False, as_json=False)
    report.run(world.bench, dry_run=False, as_json=True)

    said, told = capsys.readouterr().out.splitlines()
    assert said.startswith("sync is off")
    assert json.loads(told) == {"on": False}
    assert sync.look(world.bench.config) == []
    assert "sync" not in plain(status.show(status.status(world.bench)))


def test_status_shows_the_lag(world, monkeypatch):
    monkeypatch.setattr(status, "boxes_now", lambda bench: ())
    world.happen(3)
    assert "nothing is at" in plain(status.show(status.status(world.bench)))
    world.tick()

    found = status.status(world.bench)
    told = msgspec.to_builtins(found.sync)

    assert told["lag_seconds"] == 0
    assert told["arrived_seq"] == 3
    assert "sync: events up to 3 reached" in plain(status.show(found))
    assert lag.last(world.bench).looks_for == 0


def test_the_doctor_looks_at_the_credential_and_at_what_has_to_be_looked_for(world):
    (ok,) = sync.look(world.bench.config)
    world.hold()
    (world.state / "secrets/anthropic.json").chmod(0o644)
    (ill,) = sync.look(world.bench.config)
    world.settings = world.settings.replace(str(world.remote), "git@host:a.git")
    world.change("")
    (none,) = sync.look(world.bench.config)

    assert (ok.verdict, ill.verdict, none.verdict) == (CheckVerdict.OK, CheckVerdict.FAIL, CheckVerdict.FAIL)
    assert "chmod 600" in ill.remedy
    assert "no credential for the git remote" in none.finding
