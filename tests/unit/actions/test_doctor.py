import json

import pytest

from nab.actions import doctor
from nab.config import load
from nab.core.checks import Check, Verdict
from nab.edges import engine

FINE = Check("disk", Verdict.OK, "100 GiB free")
ILL = Check("engine", Verdict.FAIL, "no engine", "start it")


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    file = tmp_path / "nab.toml"
    file.write_text("", encoding="utf-8")
    return load(file, tmp_path / "state")


def found(config, name):
    return {check.name: check for check in doctor.look(config)}[name]


def test_without_an_engine_everything_else_is_still_looked_at(config):
    looked = {check.name: check.verdict for check in doctor.look(config)}

    assert looked["engine"] is Verdict.FAIL
    assert looked["images"] is Verdict.WARN
    assert looked["python"] is looked["state"] is Verdict.OK
    assert set(looked) >= {"venv", "permission", "disk", "gpu", "key", "clock"}


def test_looking_changes_nothing(config):
    doctor.look(config)

    assert list(config.paths.root.iterdir()) == []


def test_the_local_tournament_needs_no_key_beforehand(config):
    assert found(config, "key").verdict is Verdict.OK


@pytest.mark.parametrize(
    ("content", "mode", "verdict"),
    [
        (None, 0, Verdict.FAIL),
        ('{"public_id": "A", "secret_key": "B"}', 0o600, Verdict.OK),
        ('{"public_id": "A", "secret_key": "B"}', 0o644, Verdict.FAIL),
        ('{"public_id": "A"}', 0o600, Verdict.FAIL),
    ],
    ids=["no key", "a key", "readable by others", "half a key"],
)
def test_the_live_tournament_needs_a_key_that_only_we_read(config, content, mode, verdict):
    config.file.write_text('[tournament]\nkind = "live"\n', encoding="utf-8")
    live = load(config.file, config.paths.root)
    if content is not None:
        live.paths.secrets.mkdir()
        (live.paths.secrets / "numerai.json").write_text(content, encoding="utf-8")
        (live.paths.secrets / "numerai.json").chmod(mode)

    assert found(live, "key").verdict is verdict


def test_a_socket_that_we_may_not_use_is_told_with_the_group(config, tmp_path, monkeypatch):
    (tmp_path / "none.sock").touch()
    monkeypatch.setattr("os.access", lambda *_: False)

    check = doctor.permission()

    assert (check.verdict, check.remedy) == (Verdict.FAIL, engine.JOIN_GROUP)


def test_people_read_a_remedy_below_what_is_not_well():
    assert doctor.as_table([FINE, ILL]).splitlines() == [
        "ok    disk        100 GiB free",
        "fail  engine      no engine",
        "                  -> start it",
    ]


def test_programs_read_whether_the_machine_is_fit():
    told = json.loads(doctor.as_json([FINE, ILL]))

    assert told["fit"] is False
    assert told["checks"][1] == {
        "name": "engine",
        "verdict": "fail",
        "finding": "no engine",
        "remedy": "start it",
    }
