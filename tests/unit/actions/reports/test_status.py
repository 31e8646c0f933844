"""make status on overviews that another version of us has published: what it does not know does it no harm."""

import json

import pytest

from nab.actions.log import derived
from nab.actions.reports import status
from nab.core.errors import NabError
from nab.core.text.tables import plain
from nab.edges import clock
from support.records import eventful
from support.records.logs import RUN
from support.repository.benches import bench_on

OF_RUNS_SINCE = (
    "endings", "in_vain", "used", "interventions", "submit_script", "left_behind", "not_kept", "gaps",
    "calls_denied", "session_count",
)  # fmt: skip
OF_ROUNDS_SINCE = ("corrected", "made_by", "because", "scores", "submission")

MAPS = {  # by names, which are not ours
    "enrolled", "digests", "siblings", "program", "endings", "scores", "settings", "flags_environment",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench whose overview was published; the engine cannot be asked."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setattr(clock, "now", lambda: eventful.NOW)
    bench = bench_on(tmp_path)
    eventful.write(eventful.eventful(), bench.paths.events)
    derived.publish(bench)
    return bench


def change(bench, edit):
    found = json.loads(bench.paths.overview.read_bytes())
    edit(found)
    bench.paths.overview.write_text(json.dumps(found))


def without_what_came_later(found):
    for run in found["runs"]:
        for key in OF_RUNS_SINCE:
            del run[key]
    for row in found["rounds"]:
        for key in OF_ROUNDS_SINCE:
            del row[key]


def with_more_everywhere(value, name=""):
    if isinstance(value, dict):
        for key, one in value.items():
            with_more_everywhere(one, key)
        if name not in MAPS:
            value["of_a_newer_version"] = {"a": [1]}
    elif isinstance(value, list):
        for one in value:
            with_more_everywhere(one)


def with_other_choices(found):
    for run in found["runs"]:
        run["made_of"]["level"] = "L9"
        if run["ended"]:
            run["ended"] |= {"ending": "abducted", "cause": "aliens"}
        for one in run["lost_boxes"]:
            one["cause"] = "aliens"
        for one in run["sessions"]:
            one["ended"]["ending"] = "abducted"


def test_an_older_overview_is_shown_with_what_it_has(bench):
    change(bench, without_what_came_later)

    said = plain(status.show(status.status(bench)))
    assert "gemini-l4  pending" in said
    assert f"{RUN}     finished" in said


def test_a_newer_overview_is_shown_like_ours(bench):
    ours = plain(status.show(status.status(bench)))
    change(bench, with_more_everywhere)

    assert plain(status.show(status.status(bench))) == ours


def test_a_choice_that_only_a_newer_version_knows_is_shown_as_it_is(bench):
    change(bench, with_other_choices)

    said = plain(status.show(status.status(bench)))
    assert f"{RUN}     abducted" in said
    assert "work-6 ended: abducted" in said
    assert "the engine took it (aliens)" in said


def test_an_overview_that_is_none_is_one_sentence(bench):
    bench.paths.overview.write_text("[]")

    with pytest.raises(NabError, match=r"overview\.json cannot be read"):
        status.status(bench)


def test_an_engine_that_cannot_be_asked_is_not_an_engine_without_boxes(bench):
    found = status.status(bench)

    assert found.boxes is None
    assert "cannot be asked" in plain(status.show(found))
