"""What goes on record of how a run was ordered."""

import msgspec

from nab import agents
from nab.actions.runs import settings as on_record
from nab.config import Limits, Settings, Sync
from support.repository.benches import REPOSITORY

DEFAULT = Settings()
IMAGES = REPOSITORY / "images"


def test_every_setting_that_a_run_depends_on_is_there_also_where_nab_toml_leaves_it_out():
    found = on_record.in_effect(DEFAULT)

    assert (found["limits.gpu"], found["limits.cpus"], found["recording.history_every"]) == (False, 0.0, 60.0)
    assert found["slots"] == "[]"
    assert not any(name.startswith(("sync.", "entrants", "retention.")) for name in found)


def test_the_same_settings_have_the_same_fingerprint_and_others_another():
    other = msgspec.structs.replace(DEFAULT, limits=Limits(gpu=True))
    elsewhere = msgspec.structs.replace(DEFAULT, sync=Sync(remote="git@example.com:me/state.git"))
    prints = [on_record.fingerprint(on_record.in_effect(one)) for one in (DEFAULT, elsewhere, other)]

    assert prints[0] == prints[1] != prints[2]


def test_a_coding_agents_arguments_are_told_and_a_controls_are_none():
    codex, control = agents.find(IMAGES, "codex"), agents.find(IMAGES, "baseline")
    told = on_record.ordered(DEFAULT, codex)

    assert told["flags"][:2] == ("codex", "exec") and "{model}" in told["flags"]
    assert "flags" not in on_record.ordered(DEFAULT, control)


def test_an_effort_in_the_home_that_an_agent_begins_with_is_found(tmp_path):
    home = tmp_path / "home/.codex"
    home.mkdir(parents=True)
    (home / "config.toml").write_text('model_reasoning_effort = "high"\n')
    spec = msgspec.structs.replace(agents.find(IMAGES, "codex"), folder=tmp_path)

    assert on_record.ordered(DEFAULT, spec)["effort"] == "high"
