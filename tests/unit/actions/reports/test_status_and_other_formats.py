"""What programs read of us, derived files and --json, and what make shows people: each as it is on record here."""

from pathlib import Path

import msgspec
import pytest

from nab import cli
from nab.actions.log import derived
from nab.actions.reports import explanations, run_list, run_timeline, status
from nab.actions.turns import table
from nab.core.text.tables import plain
from nab.core.upkeep.disks import GIB, Disk
from nab.edges import clock
from nab.edges.docker import engine
from nab.edges.files import files
from nab.edges.host import machine
from support.records import eventful
from support.records.eventful import NOW, OTHER, OTHER_RUN, text
from support.records.logs import RUN, WHO
from support.repository.benches import bench_on

KEPT = Path(__file__).parent / "formats"
BOX = {"Names": ["/nab-slot-gpu0"], "Labels": {"nab.run": OTHER_RUN}, "Status": "Up 2 hours (Paused)"}


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench on an eventful log, whose derived files are there; clock, engine and disks stand still."""
    bench = bench_on(tmp_path)
    eventful.write(eventful.eventful(), bench.paths.events)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(engine, "running_boxes", lambda label: [BOX])
    monkeypatch.setattr(machine, "disk", lambda what, folder: Disk(what, "/s", 7 * GIB, 99_000))
    monkeypatch.setattr(engine, "data_root", lambda: None)
    sample = {"time": text(-1), "cpu_seconds": 1.0, "processes": 2, "disk_bytes": 60 << 20, "disk_files": 7}
    bench.run(OTHER_RUN).root.mkdir(parents=True)
    bench.run(OTHER_RUN).resources.write_text(msgspec.json.encode(sample).decode() + "\n")
    files.replace_json(bench.paths.alarms, {"k": {"text": "something is wrong", "since": "2026-05-16"}})
    derived.publish(bench)
    return bench


def without_overview(bench):
    bench.paths.overview.unlink()
    return bench


MADE = {
    "overview.json": lambda bench: bench.paths.overview.read_text(),
    "run.json": lambda bench: bench.run(RUN).record.read_text(),
    "run_that_works.json": lambda bench: bench.run(OTHER_RUN).record.read_text(),
    "round.json": lambda bench: (bench.paths.rounds / "1269.json").read_text(),
    "entrant.json": lambda bench: (bench.paths.entrants / f"{WHO}.json").read_text(),
    "make_status.json": lambda bench: cli.as_json(status.status(bench)),
    "make_status.txt": lambda bench: plain(status.show(status.status(bench))),
    "make_status_before_all.json": lambda bench: cli.as_json(status.status(without_overview(bench))),
    "make_status_before_all.txt": lambda bench: plain(status.show(status.status(without_overview(bench)))),
    "make_runs.json": lambda bench: cli.as_json(run_list.told(bench)),
    "make_runs.txt": lambda bench: plain(run_list.show(run_list.told(bench))),
    "make_show.json": lambda bench: cli.as_json(run_timeline.told(bench, RUN)),
    "make_show.txt": lambda bench: plain(run_timeline.show(run_timeline.told(bench, OTHER_RUN))),
    "make_turns.json": lambda bench: cli.as_json(table.told(bench)),
    "make_turns.txt": lambda bench: plain(table.show(table.told(bench))),
    "make_round.json": lambda bench: cli.as_json(explanations.of_round(bench, None)),
    "make_round.txt": lambda bench: plain(explanations.show_round(explanations.of_round(bench, None))),
    "make_why.json": lambda bench: cli.as_json(explanations.of_entrant(bench, None, WHO)),
    "make_why.txt": lambda bench: plain(
        explanations.show_entrant(explanations.of_entrant(bench, None, OTHER))
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("name", MADE)
def test_each_format_is_byte_for_byte_as_on_record(bench, tmp_path, name):
    made = MADE[name](bench).replace(str(tmp_path), "/here")

    assert made.rstrip("\n") == (KEPT / name).read_text().rstrip("\n")
