"""Every real coding agent at L3: its work with a scripted model, its windows, and the score in the end."""

import json

import pytest

from nab import agents
from nab.core.facts import AttemptEnded
from nab.edges.docker import boxes
from support.repository.vendors import PLACEHOLDERS
from support.worlds.coding import AGENTS, KEYS, coding_world

pytestmark = pytest.mark.timeout(600)
# Three are fired one after the other, in one window.
PACE = ("--rounds-every", "50", "--window", "47", "--scoring-day", "0.3")


@pytest.fixture(scope="module")
def world():
    """A world in which all three have run, one after the other, and were watched until each had its last score."""
    with coding_world("submit", *PACE) as made:
        made.tries_clients = True
        for agent in AGENTS:
            made.launch(agent)
        made.wait(lambda: watched(made) >= {f"{agent}-l3" for agent in AGENTS}, 180)
        yield made


def watched(world):
    """Look at the window as the timers do. Returns who has a round with its last score."""
    for script in ("watch_window.py", "reconcile.py", "fetch_scores.py"):
        assert world.script(script).returncode in {0, 75}
    return {row.entrant for row in world.bench.standings().rows if row.resolved}


@pytest.fixture(params=AGENTS)
def agent(request):
    return request.param


@pytest.fixture
def run(world, agent):
    return next(run for run in world.runs() if run.entrant == f"{agent}-l3")


def test_it_works_in_one_session_and_leaves_a_script_that_is_ready(run):
    (session,) = run.ended_sessions

    assert (session.ending, session.exit_code) == ("done", 0)
    assert session.calls >= 5 and session.said >= 1
    assert (run.ended.ending, run.ended.cause) == ("finished", "agent")
    assert (run.script.verdict, run.script.detail) == ("ready", "")
    assert run.script.sha256 == run.ended.submit_script


def test_its_script_is_fired_and_its_round_gets_its_last_score(world, run):
    row = next(row for row in world.bench.standings().rows if row.entrant == run.entrant and row.resolved)

    assert row.outcome.words == "verified on-time"
    assert set(row.scores) >= {"v2_corr20", "mmc"}
    ends = [event.fact for event in world.bench.log.events() if event.entrant == run.entrant]
    assert next(fact for fact in ends if isinstance(fact, AttemptEnded)).exit_code == 0


def test_results_and_the_page_show_it(world, run):
    shown = world.script("results.py").stdout
    assert world.script("build_site.py").returncode == 0

    assert any(run.entrant in line and "verified on-time" in line for line in shown.splitlines())
    assert run.entrant in (world.bench.paths.site / "index.html").read_text()
    assert "chain intact" in world.script("verify.py").stdout


def test_what_it_printed_and_its_transcripts_are_kept_byte_by_byte(world, agent, run):
    paths = world.bench.run(run.name)

    kept = world.transcripts(agent, paths.sessions / "home")
    assert kept
    assert kept == world.transcripts(agent, paths.home.own_path)
    for ours, theirs in (("stdout.jsonl", "stdout"), ("stderr.log", "stderr")):
        assert (paths.sessions / "work-1" / ours).read_bytes() == (
            paths.outbox.own_path / "work-1" / theirs
        ).read_bytes()


def test_run_json_says_what_it_was_made_of(world, agent, run):
    told = json.loads(world.bench.run(run.name).record.read_text())["made_of"]

    spec = agents.find(world.bench.config.images, agent)
    assert told["llm"] == spec.cli.model
    assert told["program"]["package"] == spec.install.package
    assert told["program"]["version"] == spec.install.version
    assert told["program"]["integrity"].startswith("sha512-")
    assert len(told["prompt_sha256"]) == 64
    assert told["prompt_version"]


def test_its_box_has_placeholders_only_and_the_key_is_nowhere_on_record(world, agent, run):
    provider = agents.find(world.bench.config.images, agent).cli.provider
    environment = dict(
        word.split("=", 1) for word in world.bench.engine.containers.get(run.container).attrs["Config"]["Env"]
    )
    spec = agents.find(world.bench.config.images, agent)

    # The server takes no other key: see KEYS.
    secrets = [word.partition("=")[2].encode() for word in KEYS if "=" in word]
    for variable in spec.cli.auth[0].variables:
        assert environment[variable] == PLACEHOLDERS[provider]["api_key"]
    assert not [word for word in environment.values() for secret in secrets if secret.decode() in word]
    kept = [
        path
        for path in world.bench.run(run.name).root.rglob("*")
        if path.is_file() and path.suffix != ".img"  # what these hold is mounted, and among the files
    ]
    assert len(kept) > 20
    assert [path for path in kept for secret in secrets if secret in path.read_bytes()] == []


def test_every_token_is_counted_exactly_by_us_and_by_the_programs(world):
    assert world.counted() == world.reported()
    assert world.counted_by_the_program() == world.reported()
    assert world.cut() == 0


def test_nothing_of_it_runs_on(world, run):
    assert boxes.inspect(world.bench.engine, run.container).name == f"nab-done-{run.name}"
    assert not [box for box in world.bench.find_boxes() if box.running]
