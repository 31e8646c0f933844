from datetime import timedelta

import pytest

from nab.actions.health import health_file, release_health
from nab.core.facts import Tick
from nab.core.health.checks import Check, CheckVerdict
from nab.edges import clock
from nab.edges.files import files
from support.records.logs import RUN, WHO, enrolled
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench with an entrant that was enrolled an hour ago, where no engine answers."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    bench = bench_on(tmp_path)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=clock.now() - timedelta(hours=1))
    return bench


def test_the_file_says_what_was_found_and_since_when(bench):
    found = health_file.look(bench)

    assert files.read_json(bench.paths.health, health_file.Health) == found
    assert [one.key for one in found.alarms] == ["tick"]
    assert not found.well and "the window watcher has never looked" in found.why[-1]
    assert {one.name: one.verdict for one in found.checks}["engine"] == CheckVerdict.FAIL
    assert "NOT WELL since" in health_file.show(found) and "docs/alarms.md#tick" in health_file.show(found)

    bench.log.append(Tick(window="closed", decisions={WHO: ("wait", "the window is closed")}))
    again = health_file.look(bench)
    assert again.alarms == () and again.since == found.since and again.newest_tick


def test_a_file_of_before_and_one_that_is_no_such_file_begin_anew(bench):
    for content in ("", '{"healthy": true, "checks": []}', '{"well": 3}'):
        bench.paths.health.write_text(content)

        assert health_file.look(bench).since


def test_a_log_that_cannot_be_read_is_why_not(bench):
    health_file.look(bench)
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b'"L3"', b'"L2"'))

    found = health_file.look(bench_on(bench.paths.root.parent))

    assert [one.key for one in found.alarms] == ["log"]
    assert any(why.startswith("log: the event log") for why in found.why) and found.newest_tick is None


def test_a_check_that_is_well_again_holds_nothing_back(bench, monkeypatch):
    bench.log.append(Tick(window="closed", decisions={WHO: ("wait", "the window is closed")}))
    monkeypatch.setattr(release_health, "tried", lambda _: [Check("engine", CheckVerdict.FAIL, "no answer")])
    assert health_file.look(bench).alarms == ()

    monkeypatch.setattr(release_health, "tried", lambda _: [Check("engine", CheckVerdict.OK, "it answers")])
    assert health_file.look(bench).well
