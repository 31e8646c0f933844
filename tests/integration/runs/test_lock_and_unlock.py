"""make lock and make unlock: only what has ended is freed, and only by its id."""

import json
import subprocess
import uuid

import pytest

from nab.actions.turns import slot
from nab.actions.turns.scheduler import slot_name
from nab.core.errors import BUSY, NabError
from nab.core.text import slots as words
from nab.edges.docker import boxes, slots
from nab.edges.docker.agent_box import labels
from nab.edges.files import locks
from nab.paths import CARE
from support.engines.engines import engine_or_skip, image_or_skip
from support.records.logs import intended
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path, f'[limits]\nslot = "u{uuid.uuid4().hex[:8]}"\n')
    engine_or_skip()
    yield bench
    if box := boxes.inspect(bench.engine, slot_name(bench.config)):
        boxes.remove(bench.engine, box.id)
    for box in bench.find_boxes():
        boxes.remove(bench.engine, box.id)


def run_of(bench):
    return f"{slot_name(bench.config)}-codex-l3"


def held(bench, command=("sleep", "infinity"), state=None):
    """Let a box have the slot, and start it."""
    run = run_of(bench)
    bench.log.append(intended(), entrant="codex-l3", run=run)
    box = boxes.create(bench.engine, {
        "image": image_or_skip("nab/base"), "command": list(command), "name": slot_name(bench.config), "init": True,
        "labels": labels(state or bench.paths.root, run, "codex-l3", boxes.AGENT), "network_mode": "none",
    })  # fmt: skip
    return boxes.start(bench.engine, box.id)


def ended(bench):
    box = held(bench, ("true",))
    assert boxes.ended_within(bench.engine, box.id, 20)
    return box


def still_held(bench, box):
    return boxes.inspect(bench.engine, slot_name(bench.config)).id == box.id


def test_a_free_slot_is_told_as_free_and_cannot_be_unlocked(bench):
    assert words.show(slot.told(bench)) == f"{slot_name(bench.config)} is free"
    with pytest.raises(NabError, match="nothing holds"):
        slot.unlock(bench, "0" * 64)


def test_a_box_that_runs_or_is_paused_is_never_freed(bench):
    box = held(bench)
    assert f"container {box.id}" in words.show(slot.told(bench))
    with pytest.raises(NabError, match="runs \\(running\\)") as error:
        slot.unlock(bench, box.id)
    assert error.value.exit_code == BUSY
    slots.pause(bench.engine, box.id)
    with pytest.raises(NabError, match="runs \\(paused\\)"):
        slot.unlock(bench, box.id)
    assert still_held(bench, box)


def test_a_run_that_a_living_process_cares_for_is_never_freed(bench):
    box = ended(bench)
    care = bench.run(run_of(bench)).lock(CARE)
    with locks.held(care, what="the care"), pytest.raises(NabError, match="a living process cares") as error:
        slot.unlock(bench, box.id)
    assert error.value.exit_code == BUSY
    assert still_held(bench, box)


def test_a_run_of_another_state_folder_is_not_ours_to_free(bench, tmp_path):
    box = held(bench, ("true",), state=tmp_path / "elsewhere")
    assert boxes.ended_within(bench.engine, box.id, 20)
    with pytest.raises(NabError, match="elsewhere"):
        slot.unlock(bench, box.id)
    assert still_held(bench, box)


@pytest.mark.parametrize("said", ["", "yes", "f" * 64, "short"])
def test_another_id_frees_nothing(bench, said):
    box = ended(bench)
    with pytest.raises(NabError, match="is not the container"):
        slot.unlock(bench, box.id[:11] if said == "short" else said)
    assert still_held(bench, box)


def test_an_ended_box_gives_its_name_back_and_is_kept(bench):
    box = ended(bench)
    assert "is free" in slot.unlock(bench, box.id[:12])
    assert boxes.inspect(bench.engine, slot_name(bench.config)) is None
    assert boxes.inspect(bench.engine, box.id).name == f"nab-done-{run_of(bench)}"


def test_the_door_shows_what_holds_the_slot_and_asks_for_its_id(bench):
    box = ended(bench)
    words = bench.program("unlock.py")
    wrong, right = (
        subprocess.run(words, input=said, capture_output=True, text=True, timeout=60, check=False)
        for said in ("nonsense\n", f"{box.id}\n")
    )

    assert (wrong.returncode, right.returncode) == (2, 0), wrong.stderr + right.stderr
    assert box.id in wrong.stdout
    assert "nab: 'nonsense' is not the container" in wrong.stderr
    assert "is free; the box is nab-done-" in right.stdout


def test_programs_get_json(bench):
    box = ended(bench)
    told = slot.told(bench)
    assert json.loads(json.dumps(told))["held"]["container"] == box.id
    assert told["held"]["attended"] is False


def test_a_box_that_somebody_removed_has_stepped_aside_and_one_that_is_there_never_only_seems_to(bench):
    box = held(bench)
    name = f"{slot_name(bench.config)}-aside"
    slots.step_aside(bench.engine, box.id, name)
    slots.step_aside(bench.engine, box.id, name)
    assert boxes.inspect(bench.engine, name).id == box.id
    other = held(bench)
    with pytest.raises(NabError, match="is taken"):
        slots.step_aside(bench.engine, other.id, name)

    boxes.remove(bench.engine, box.id)
    slots.step_aside(bench.engine, box.id, name)

    with pytest.raises(NabError, match="is gone"):
        slots.name(bench.engine, box.id, name)
