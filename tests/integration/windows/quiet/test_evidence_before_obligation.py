"""Whatever Numerai lists or scores for a model of ours is shown, in any round; only a miss needs an obligation."""

import json

import pytest

from nab.core.facts import Tick
from nab.core.levels import Level
from nab.core.outcomes.outcomes import Status


def script(world, name, *options):
    said = world.script(name, *options)
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.fixture
def early(quiet, monkeypatch):
    """A world whose round is open before anybody of ours is there, and by whose clock we go."""
    quiet.let_our_clock_go_along(monkeypatch)
    quiet.number = quiet.to_a_fresh_round()
    script(quiet, "watch_window.py")
    return quiet


def everywhere(world, entrant, number):
    """Return what each place says of an entrant's round."""
    script(world, "build_site.py")
    why = ("why.py", "--round", str(number), "--entrant", entrant)
    return {
        "results": script(world, "results.py"),
        "status": script(world, "status.py"),
        "round": script(world, "round.py", "--round", str(number)),
        "why": script(world, *why),
        "page": (world.bench.paths.site / f"rounds/{number}/index.html").read_text(),
        "home": (world.bench.paths.site / "index.html").read_text(),
        "derived": (world.bench.paths.rounds / f"{number}.json").read_text(),
        "round --json": script(world, "round.py", "--round", str(number), "--json"),
        "why --json": script(world, *why, "--json"),
        "status --json": script(world, "status.py", "--json"),
    }


def test_an_l4_that_begins_in_an_open_window_and_submits_in_it_is_shown_everywhere(early):
    """A round that had opened before the agent began was in no table, however well it was submitted to and scored."""
    loop = early.enrol("codex", Level.L4)
    script(early, "watch_window.py")
    assert loop not in script(early, "results.py"), "nothing was owed and nothing is seen: no miss, no row"
    early.upload(loop)
    script(early, "watch_window.py")
    (first, *_), row = early.bench.standings().rows, early.row(loop, early.number)

    assert (row.outcome.words, row.owed) == ("verified on-time", False)
    assert first == row
    early.past_the_grace()
    early.advance(300)
    script(early, "reconcile.py", "--now")
    script(early, "fetch_scores.py")
    row = early.row(loop, early.number)
    assert row.resolved, row.scores
    said = everywhere(early, loop, early.number)
    for place in ("results", "status", "round", "why", "page"):
        assert "verified on-time (not owed)" in said[place], said[place]
    for place in ("derived", "round --json", "why --json", "status --json"):
        assert '"owed": false' in said[place], said[place]
        assert json.loads(said[place])
    assert f"{row.scores['mmc'].value:+.4f}" in said["results"]
    assert "not owed" in said["home"]
    assert "0 made again" in script(early, "verify.py")


def test_the_rounds_that_follow_are_owed_and_what_was_seen_before_them_hides_no_miss(early):
    loop = early.enrol("codex", Level.L4)
    early.upload(loop)
    early.past_the_grace()
    number = early.to_a_fresh_round()
    script(early, "watch_window.py")
    early.past_the_grace()
    script(early, "reconcile.py", "--now")

    assert early.row(loop, early.number).words == "verified on-time (not owed)"
    assert (early.row(loop, number).outcome.status, early.row(loop, number).owed) == (Status.MISSED, True)


def test_what_an_agent_submits_by_itself_while_its_run_goes_on_is_shown_though_nobody_is_enrolled(early):
    busy = early.enrol("baseline", Level.L3, over=False)
    early.upload(busy)
    script(early, "watch_window.py")

    assert early.row(busy, early.number).words == "verified on-time (not owed)"
    early.past_the_grace()
    early.advance(300)
    script(early, "fetch_scores.py")
    assert early.row(busy, early.number).resolved
    for place, said in everywhere(early, busy, early.number).items():
        assert busy in said, place
    ticks = [event.fact for event in early.bench.log.events() if isinstance(event.fact, Tick)]
    assert not any(tick.decisions for tick in ticks), "a decision is owed to nobody"


def test_a_late_submission_of_a_round_that_was_not_owed_is_late_there_and_nobodys_alarm(early):
    loop = early.enrol("codex", Level.L4)
    early.advance(early.until("closes_on_time") + 5)
    early.upload(loop)
    script(early, "watch_window.py")
    script(early, "reconcile.py", "--now")

    row = early.row(loop, early.number)
    assert row.words.startswith("verified late (not owed)")
    queued = early.row(loop, early.number + 1)
    assert (queued.outcome.words, queued.owed) == ("verified queued", True)
    for place, said in everywhere(early, loop, early.number + 1).items():
        assert place == "home" or "verified queued" in said, place
    number = early.to_a_fresh_round()
    script(early, "watch_window.py")
    assert (number, early.row(loop, number).owed) == (early.number + 1, True)


def test_a_model_that_an_entrant_had_before_is_asked_for_for_ever(early):
    loop = early.enrol("codex", Level.L4)
    early.upload(loop)
    early.enrol("codex", Level.L4, model="nab_baseline_l3")
    assert [one.name for one in early.bench.models().of[loop]] == ["nab_codex_l4", "nab_baseline_l3"]
    early.past_the_grace()
    early.advance(300)

    script(early, "reconcile.py", "--now")
    script(early, "fetch_scores.py")

    row = early.row(loop, early.number)
    assert row.words.startswith("verified on-time (not owed)")
    assert row.resolved
