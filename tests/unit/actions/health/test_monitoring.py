import json
import os
import re
from datetime import timedelta

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from nab.actions.health import health_file, monitoring
from nab.actions.log import derived
from nab.core.errors import NabError
from nab.core.facts import Tick
from nab.core.monitoring import families
from nab.core.monitoring.exposition import FamilyKind
from nab.core.overview.overview import standings
from nab.core.recording.resources import Gpu, Sample
from nab.core.text import times
from nab.core.upkeep.sync.lag import Last
from nab.edges import clock
from nab.edges.files import files
from support.records import eventful
from support.records.eventful import LOST, NOW, OTHER, OTHER_RUN
from support.records.logs import CLOSES, NOON, ROUND, WHO
from support.repository.benches import REPOSITORY, bench_on

UNITS = (
    "seconds",
    "bytes",
    "joules",
    "dollars",
    "events",
    "files",
    "number",
    "info",
    "readable",
    "failing",
    "well",
)
COUNTED = ("entrants", "outcomes", "runs", "alarms")  # what there are so many of


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench on an eventful log, whose derived files are there, with alarms, a sync, and a box that works."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    bench = bench_on(tmp_path, f'[sync]\nremote = "git@x:y.git"\n[metrics]\nfolder = "{tmp_path}/text"\n')
    (tmp_path / "text").mkdir()
    eventful.write(eventful.eventful(), bench.paths.events)
    sample = Sample(
        time=times.text(NOON), cpu_seconds=1.5, processes=2, disk_bytes=60 << 20, memory_bytes=7,
        gpus=(Gpu(index=0, energy_joules=5.5), Gpu(index=1)),
    )  # fmt: skip
    bench.run(OTHER_RUN).root.mkdir(parents=True)
    bench.run(OTHER_RUN).resources.write_bytes(msgspec.json.encode(sample) + b"\n")
    files.replace_json(bench.paths.alarms, {"rows:codex-l4": {"text": "a", "since": "s"}})
    waits = times.text(NOW - timedelta(minutes=5))
    noted = Last(
        remote="git@x:y.git",
        checked=times.text(NOW),
        waiting_since=waits,
        arrived=waits,
        waiting_bytes=9,
        error="x",
    )
    files.replace_json(bench.paths.sync / "last.json", noted)
    derived.publish(bench)
    health_file.look(bench)
    return bench


def figures(bench):
    """Write them, and read them as Prometheus does: by name and the values of labels."""
    monitoring.write(bench)
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(bench.paths.figures.read_text())
        for one in family.samples
    }


def test_the_figures_are_those_of_the_log(bench):
    found, told = figures(bench), standings(bench.log.events())

    assert found["nab_log_events",] == found["nab_log_published_events",] == told.upto_seq
    assert found["nab_newest_tick_timestamp_seconds",] == NOON.timestamp()
    assert found["nab_newest_round_number",] == ROUND.number
    assert found["nab_newest_round_closes_timestamp_seconds",] == CLOSES.timestamp()
    outcomes = {row.entrant: row.outcome.words for row in told.rows}
    for who, words in outcomes.items():
        assert [
            value
            for key, value in found.items()
            if key[:1] == ("nab_round_outcomes",) and key[1:3] == (who, words)
        ] == [1]
    for run in told.runs.values():
        assert found["nab_runs", run.entrant, run.state.value] >= 1
    assert sum(value for key, value in found.items() if key[0] == "nab_runs") == len(told.runs)
    usd = sum(usage.usd or 0 for run in told.runs.values() for usage in run.usage)
    assert sum(
        value for key, value in found.items() if key[0] == "nab_model_cost_dollars_total"
    ) == pytest.approx(usd)
    assert found["nab_model_tokens_total", OTHER, "openai", "m", "cache_read"] == 5
    assert found["nab_sessions_ended_total", OTHER, "unclassified"] == 6
    assert any(key[:2] == ("nab_boxes_lost_total", LOST) for key in found)
    assert any(key[:2] == ("nab_record_gaps_total", WHO) for key in found)


def test_the_figures_are_those_of_the_machine(bench):
    found = figures(bench)

    assert found["nab_box_cpu_seconds_total", OTHER_RUN] == 1.5
    assert found["nab_box_disk_bytes", OTHER_RUN] == 60 << 20
    assert {key: value for key, value in found.items() if "energy" in key[0]} == {
        ("nab_gpu_energy_joules_total", "0"): 5.5
    }
    assert (found["nab_alarms", "rows"], found["nab_alarms", "tick"]) == (1, 0)
    assert (found["nab_well",], found["nab_health_timestamp_seconds",]) == (0, NOW.timestamp())
    assert (found["nab_sync_lag_seconds",], found["nab_sync_failing",], found["nab_sync_waiting_bytes",]) == (
        300,
        1,
        9,
    )
    assert found["nab_disk_free_bytes", "state"] > 0


def test_the_same_is_where_node_exporter_looks_and_others_may_read_it(bench, tmp_path):
    before = os.umask(0o077)
    try:
        written = monitoring.write(bench)
    finally:
        os.umask(before)

    assert written == [bench.paths.figures, tmp_path / "text/nab.prom"]

    assert (tmp_path / "text/nab.prom").read_bytes() == bench.paths.figures.read_bytes()
    assert [path.name for path in (tmp_path / "text").iterdir()] == ["nab.prom"]
    assert (tmp_path / "text/nab.prom").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there_is_a_sentence_and_the_figures_are_written_all_the_same(bench, tmp_path):
    (tmp_path / "text").rmdir()

    with pytest.raises(NabError, match=r"nab\.prom cannot be written: no such folder") as refused:
        monitoring.write(bench)

    assert "docs/monitoring.md" in refused.value.hint
    assert bench.paths.figures.exists()


def test_a_log_that_cannot_be_read_and_a_derived_file_that_is_broken_are_told_by_a_figure(bench):
    bench.log.append(Tick(window="closed", decisions={}))
    for segment in bench.paths.events.glob("*.jsonl"):
        segment.write_bytes(b"")
    bench.run(OTHER_RUN).record.write_text("{")

    found = figures(bench_on(bench.paths.root.parent))

    assert (found["nab_log_readable",], found["nab_derived_unreadable_files",]) == (0, 1)
    assert ("nab_log_events",) not in found


def test_where_nothing_was_done_yet_there_are_figures(tmp_path):
    assert figures(bench_on(tmp_path))["nab_enrolled_entrants",] == 0


def test_names_are_as_prometheus_has_them_and_the_page_and_the_dashboard_know_them(bench):
    told = families.families(monitoring.look(bench))

    names = [one.name for one in told]
    assert len(set(names)) == len(names) > 30
    for one in told:
        assert re.fullmatch(r"nab_[a-z]+(_[a-z]+)*", one.name)
        last = one.name.removesuffix("_total").rpartition("_")[2]
        assert one.name.endswith("_total") == (one.kind is FamilyKind.COUNTER)
        assert one.name.endswith("_total") or last in UNITS + COUNTED, one.name
        assert one.help.endswith(".")
    assert [one.name for one in told if not one.samples] == []
    rows = [
        f"| `{one.name}` | {', '.join(f'`{label}`' for label in one.samples[0].labels)} | {one.help} |"
        for one in told
    ]
    page = (REPOSITORY / "docs/monitoring.md").read_text()
    block = page.partition("<!-- families -->\n")[2].partition("<!-- end of families -->")[0]
    assert block.splitlines()[2:] == rows, "docs/monitoring.md has to say:\n" + "\n".join(rows)


def test_the_dashboard_asks_for_nothing_that_is_not_there(bench):
    names = {one.name for one in families.families(monitoring.look(bench))}
    dashboard = json.loads((REPOSITORY / "docs/dashboard.json").read_text())

    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    used = {name for expression in asked for name in re.findall(r"\bnab_\w+", expression)}
    assert len(used) > 12 and used <= names
