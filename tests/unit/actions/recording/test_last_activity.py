"""Whether a run gets on, by what is seen of it."""

import os
from datetime import UTC, datetime, timedelta

from nab.actions.recording import last_activity
from nab.paths import RunPaths

NOW = datetime(2026, 5, 16, 12, tzinfo=UTC)


def touched(file, hours):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(file, (at, at))


def test_a_run_of_which_nothing_is_known_is_not_called_stuck(tmp_path):
    assert last_activity.seen(RunPaths(tmp_path)) is None
    assert last_activity.stuck(None, NOW) == ""


def test_a_call_a_word_or_a_change_is_progress(tmp_path):
    paths = RunPaths(tmp_path)
    for file, hours in (
        (paths.http, 9),
        (paths.outbox / "work-1" / "stdout", 8),
        (paths.history / "refs" / "heads" / "main", 7),
    ):
        touched(file, hours)
        assert last_activity.seen(paths, "work-1") == NOW - timedelta(hours=hours)


def test_after_six_hours_without_any_it_is_stuck_whatever_its_agent_claims(tmp_path):
    paths = RunPaths(tmp_path)
    touched(paths.http, 6)
    (paths.workspace / "progress.md").parent.mkdir()
    (paths.workspace / "progress.md").write_text("all goes well")

    assert last_activity.stuck(last_activity.seen(paths), NOW) == "no call, no word and no change for 6.0 h"
    assert last_activity.stuck(last_activity.seen(paths), NOW - timedelta(minutes=1)) == ""
