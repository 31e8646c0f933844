"""Two of the same, side by side on one machine: each with a model, a record and results of its own."""

import json
import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from nab.core.facts import OrphanSeen, SubmissionSeen, UploadSeen
from nab.edges.numerai import api
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from nab.tournament.server import remote
from support.worlds.tiny import tiny_world
from support.worlds.world import SETTINGS, World

LONG = ("--rounds-every", "3600", "--window", "3000")
UPLOAD = r"""
cat > upload.py <<'END'
import os, pathlib, sys
import numerapi, numpy, pandas

api = numerapi.NumerAPI(show_progress_bars=False)
other, sent = pathlib.Path("other"), pathlib.Path("sent")
if sent.exists() or not other.exists():  # it is there from the round's opening on
    sys.exit()
api.download_dataset("v5.3/live.parquet", "live.parquet")
ids = pandas.read_parquet("live.parquet", columns=["era"]).index
said = numpy.random.default_rng(len(os.environ["NAB_ENTRANT"])).permutation(len(ids)) + 0.5
pandas.DataFrame({"id": ids, "prediction": said / len(ids)}).to_csv("predictions.csv", index=False)
try:
    pathlib.Path("tried").write_text(str(api.upload_predictions("predictions.csv", model_id=other.read_text())))
except Exception as error:
    pathlib.Path("tried").write_text(f"refused: {error}")
sent.write_text(api.upload_predictions("predictions.csv", model_id=os.environ["NUMERAI_MODEL_ID"]))
END
"""
# The first submits in its sessions. The second leaves a process behind, which submits when none of them goes on.
BEHAVIOUR = (
    UPLOAD
    + r"""
case $NAB_ENTRANT in
*-b)
    [ -e begun ] || setsid sh -c 'while :; do python upload.py; sleep 1; done' >leftover.log 2>&1 &
    touch begun ;;
*) python upload.py >session.log 2>&1 ;;
esac
echo looked at the round
sleep 4
echo NAB:DONE
"""
)
QUICK = ("slice=20", "notice=2", "pause=0.5")


def to_the_next_round(world):
    """Let the tournament's clock stand a moment after the next round has opened."""
    tournament = world.bench.paths.tournament
    told = remote.ask(tournament, "GET", "health")
    until = datetime.fromisoformat(told["next_opens"]) - datetime.fromisoformat(told["now"])
    remote.move_clock(tournament, until.total_seconds() + 1)


def names(text, entrant):
    """Say whether a text names an entrant, and not only another one whose name begins the same."""
    return re.search(rf"(?<![\w-]){re.escape(entrant)}(?![\w-])", text) is not None


def verified(world, entrants):
    """Have a tick and a look at Numerai; say whether everybody's submission is listed on time."""
    world.start("watch_window.py").wait(500)
    world.script("reconcile.py", "--now")
    rows = world.bench.standings().rows
    return {row.entrant for row in rows if row.outcome.words == "verified on-time"} == set(entrants)


def by_entrant(world, kind):
    """Return the submissions that facts of a kind tell of, by entrant."""
    found = {}
    for event in world.bench.log.events():
        if isinstance(event.fact, kind):
            found.setdefault(event.entrant, set()).add(event.fact.submission)
    return found


def assert_each_is_named(world, entrants):
    """Look at every report: it names everybody, and what is asked of one tells of that one."""
    number = str(world.bench.standings().rows[-1].round.number)
    for script in ("status.py", "turns.py", "results.py", "round.py"):
        told = world.script(script).stdout
        assert [one for one in entrants if not names(told, one)] == [], (script, told)
    listed = world.script("runs.py").stdout
    for run in world.bench.runs().values():
        assert names(listed, run.name)
        assert names(world.script("costs.py", "--run", run.name).stdout, run.name)
        why = world.script("why.py", "--round", number, "--entrant", run.entrant).stdout
        (own,) = by_entrant(world, SubmissionSeen)[run.entrant]
        others = set().union(*by_entrant(world, SubmissionSeen).values()) - {own}
        assert own in why and not any(other in why for other in others)


def assert_nothing_is_mixed_up(world):
    """Compare what Numerai lists for each model with what each proxy saw, and with what the log says of whom."""
    numerai = api.connect(world.bench.config)
    seen, taken = by_entrant(world, SubmissionSeen), by_entrant(world, UploadSeen)
    for run in world.bench.runs().values():
        listed = {one.id for one in numerai.submissions(run.intended.model_id)}
        lines = [json.loads(line) for line in world.bench.run(run.name).http.read_text().splitlines()]
        made = {told["submission"] for line in lines if (told := line.get("graphql")) and told["submission"]}
        assert listed == seen[run.entrant] == taken[run.entrant] == made and len(listed) == 1, run.name


@pytest.mark.timeout(1200)
def test_two_replicas_of_a_forever_loop_are_never_mixed_up_not_even_by_what_one_of_them_leaves_running():
    with tiny_world({"twin": BEHAVIOUR}, *LONG, replicas=("", "b"), parent="control") as world:
        first, second = entrants = [f"{world.named('twin')}-l4{end}" for end in ("", "-b")]
        world.launch("twin", "L4", *QUICK)
        world.wait(lambda: len(world.runs()) == 1 and world.run.started_at, 90)
        world.launch("twin", "L4", *QUICK, replica="b")
        world.wait(lambda: len(world.runs()) == 2 and world.run.started_at, 90)
        one, two = world.runs()
        assert (one.entrant, two.entrant, two.intended.replica) == (first, second, "b")
        assert one.intended.model != two.intended.model
        world.wait(lambda: world.facts(OrphanSeen), 60)

        to_the_next_round(world)
        for run, other in ((one, two), (two, one)):
            told = world.bench.run(run.name).workspace.own_path / "other"
            told.write_text(other.intended.model_id)
        world.wait(lambda: verified(world, entrants), 300)
        world.wait(lambda: set(by_entrant(world, UploadSeen)) == set(entrants), 60)

        assert_nothing_is_mixed_up(world)
        assert_each_is_named(world, entrants)
        for run in (one, two):
            tried = world.bench.run(run.name).workspace.own_path / "tried"
            assert tried.read_text().startswith("refused: "), "the other's model is closed to it"
        uploads = {
            event.entrant: event.fact for event in world.bench.log.events() if event.kind == "upload.seen"
        }
        assert uploads[first].by.startswith("session")
        assert uploads[second].by.startswith("leftover")
        assert world.script("stop.py").returncode == 0
        world.wait(lambda: all(run.ended for run in world.runs()), 60)


CONTROLS = """
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline_l3"
seed = 1
[[entrants]]
agent = "baseline"
level = "L3"
replica = "b"
model = "nab_baseline_l3_b"
seed = 2
[[entrants]]
agent = "random"
level = "L3"
model = "nab_random_l3"
[[entrants]]
agent = "example"
level = "L3"
model = "nab_example_l3"
"""
SEEDS = re.compile(r"^\[(?:\w*_)?seed: .*\]$", re.MULTILINE)
FIRST_DAY = ("baseline-l3", "baseline-l3-b", "random-l3", "example-l3")


@pytest.fixture
def world():
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    made = World(folder, *LONG, settings=SETTINGS.partition("[[entrants]]")[0] + CONTROLS)
    try:
        yield made
    finally:
        made.close()
        removal.remove(AgentFolder(folder))


def model_of(run, world):
    """Return what a baseline kept, and the parameters that its model was trained with."""
    folder = world.bench.run(run.name).workspace.own_path / "model"
    text = (folder / "model.txt").read_text()
    return json.loads((folder / "model.json").read_text()), text, text.partition("parameters:")[2]


@pytest.mark.timeout(1200)
def test_the_controls_of_the_first_day_take_part_and_the_a_a_pair_differs_by_its_seed_only(world):
    for entrant in FIRST_DAY:
        said = world.script("launch.py", "--entrant", entrant)
        assert said.returncode == 0, said.stdout + said.stderr
    to_the_next_round(world)
    world.wait(lambda: verified(world, FIRST_DAY), 600)

    assert_nothing_is_mixed_up(world)
    assert_each_is_named(world, FIRST_DAY)
    one, two, *_ = world.bench.runs().values()
    assert (one.intended.seed, two.intended.seed, two.intended.replica) == (1, 2, "b")
    assert one.intended.image == two.intended.image
    (about, text, parameters), (about_b, text_b, parameters_b) = (model_of(run, world) for run in (one, two))
    assert (about["seed"], about_b["seed"], about["features"]) == (1, 2, about_b["features"])
    assert text != text_b
    if about["settings"] == about_b["settings"]:
        assert SEEDS.sub("", parameters) == SEEDS.sub("", parameters_b)
    *_, example = world.bench.runs().values()
    (printed,) = world.bench.run(example.name).submissions.iterdir()
    assert "downloading v5.3/live_example_preds.parquet" in printed.read_text()
