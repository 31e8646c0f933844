"""Whether a run gets on, by what is seen of it."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from nab.actions.recording import last_activity
from nab.core.runs import deadlines
from nab.edges import clock
from nab.paths import RunPaths

NOW = datetime(2026, 5, 16, 12, tzinfo=UTC)


def touched(file, hours):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(file, (at, at))


def test_a_run_of_which_nothing_is_known_is_not_called_stuck(tmp_path):
    assert last_activity.seen(RunPaths(tmp_path)) is None
    assert deadlines.stuck(None, NOW) == ""


def test_a_call_a_word_or_a_change_is_progress(tmp_path):
    paths = RunPaths(tmp_path)
    for file, hours in (
        (paths.http, 9),
        (paths.outbox.own_path / "work-1" / "stdout", 8),
        (paths.history / "refs" / "heads" / "main", 7),
    ):
        touched(file, hours)
        assert last_activity.seen(paths, "work-1") == NOW - timedelta(hours=hours)


def test_a_record_of_calls_in_segments_was_last_written_to_where_its_newest_was(tmp_path):
    paths = RunPaths(tmp_path)
    touched(paths.http.with_name("http.segment-000000000000009.jsonl"), 3)
    touched(paths.http, 1)

    assert last_activity.seen(paths) == NOW - timedelta(hours=3)


def test_after_six_hours_without_any_it_is_stuck_whatever_its_agent_claims(tmp_path):
    paths = RunPaths(tmp_path)
    touched(paths.http, 6)
    (paths.workspace.own_path / "progress.md").parent.mkdir()
    (paths.workspace.own_path / "progress.md").write_text("all goes well")

    assert deadlines.stuck(last_activity.seen(paths), NOW) == "no call, no word and no change for 6.0 h"
    assert deadlines.stuck(last_activity.seen(paths), NOW - timedelta(minutes=1)) == ""


def test_what_an_agents_link_leads_to_is_no_progress_of_its_own(tmp_path):
    paths = RunPaths(tmp_path / "run")
    touched(tmp_path / "elsewhere" / "stdout", 1)
    paths.outbox.own_path.mkdir(parents=True)
    (paths.outbox.own_path / "work-1").symlink_to(tmp_path / "elsewhere")

    assert last_activity.seen(paths, "work-1") is None


@pytest.mark.parametrize("moment", [1 << 33, 1 << 62])
def test_a_time_that_is_still_to_come_or_that_no_calendar_has_is_now(tmp_path, monkeypatch, moment):
    def told(folder, path):
        return os.stat_result((stat.S_IFREG, 1, 1, 1, 0, 0, 1, moment, moment, moment))

    monkeypatch.setattr(last_activity.descriptors, "status", told)

    assert last_activity.seen(RunPaths(tmp_path), "work-1") <= clock.now()
