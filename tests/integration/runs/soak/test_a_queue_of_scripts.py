"""Scripts that hang, flood and leave programs behind, in real boxes: each is bounded, and the next gets its turn."""

import hashlib

import pytest

from nab.core.facts import AttemptEnded, AttemptStarted
from support.worlds.world import World

# It prints for ever, and what it leaves behind holds its output open.
BAD = "#!/bin/bash\n(trap '' TERM; setsid sleep 1000 &)\nyes 'much is said' &\nexec sleep 1000\n"


def launch(world: World, agent: str) -> None:
    done = world.script("launch.py", "--agent", agent, "--level", "L3")
    assert done.returncode == 0, done.stderr


@pytest.mark.pace("--rounds-every", "44", "--window", "40", "--scoring-day", "1")
def test_a_script_that_hangs_floods_and_leaves_programs_behind_is_bounded_and_the_next_gets_its_turn(world):
    for agent in ("baseline", "random"):
        launch(world, agent)
    (run,) = [one.run for one in world.bench.standings().enrolments.values() if one.entrant == "baseline-l3"]
    script = world.bench.run(run).workspace.own_path / "submit.sh"
    script.write_text(BAD)
    hashed = hashlib.sha256(script.read_bytes()).hexdigest()

    def both_fired():
        world.script("watch_window.py")
        return {"baseline-l3", "random-l3"} <= {
            event.entrant for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)
        }

    world.wait(both_fired, 180)

    events = world.bench.log.events()
    bad = next(e.fact for e in events if isinstance(e.fact, AttemptEnded) and e.entrant == "baseline-l3")
    assert (bad.exit_code, bad.cause) == (124, "agent")
    assert bad.seconds < 40
    started = next(
        e.fact for e in events if isinstance(e.fact, AttemptStarted) and e.entrant == "baseline-l3"
    )
    assert started.script == hashed
    kept = next(world.bench.run(run).submissions.iterdir())
    assert 0 < kept.stat().st_size <= 1 << 20
    good = [row for row in world.bench.standings().rows if row.entrant == "random-l3"]
    assert "verified on-time" in {row.outcome.words for row in good}
    assert not any(box.running for box in world.bench.find_boxes())
