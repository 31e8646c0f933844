import json
from types import SimpleNamespace

import pytest

from nab.actions.health.doctor import doctor, keys
from nab.config import load
from nab.core.health.checks import Check, CheckVerdict
from nab.core.recording.resources import Gpu
from nab.edges.docker import engine
from nab.edges.kernel import gpus
from nab.edges.net import reach, sockets

FINE = Check("disk", CheckVerdict.OK, "100 GiB free")
ILL = Check("engine", CheckVerdict.FAIL, "no engine", "start it")


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

    assert looked["engine"] is CheckVerdict.FAIL
    assert looked["images"] is CheckVerdict.WARN
    assert looked["python"] is CheckVerdict.OK
    assert looked["state"] is not CheckVerdict.FAIL  # /tmp may be in memory, of which it warns
    assert looked["tournament"] is CheckVerdict.WARN
    assert set(looked) >= {"venv", "permission", "disk", "gpu", "key", "clock"}


def test_an_engine_that_is_busy_is_a_warning_and_is_not_to_be_started(config, monkeypatch):
    monkeypatch.setattr(engine, "version", lambda: (_ for _ in ()).throw(engine.slow(3)))

    assert doctor.running_engine().verdict is CheckVerdict.WARN
    assert "start it" not in doctor.running_engine().remedy


def test_looking_changes_nothing(config):
    doctor.look(config)

    assert list(config.paths.root.iterdir()) == []


def test_it_warns_where_no_person_is_told_of_alarms_and_shows_no_address(config):
    assert found(config, "alarms").verdict is CheckVerdict.WARN
    secrets = config.paths.root / "secrets"
    secrets.mkdir()
    file = secrets / "alarms.json"
    file.write_text('{"urls": ["ntfy://ntfy.sh/our-topic"]}', encoding="utf-8")
    file.chmod(0o600)

    assert found(config, "alarms") == Check("alarms", CheckVerdict.OK, "told by ntfy (1)")


def test_the_local_tournament_needs_no_key_beforehand(config):
    assert found(config, "key").verdict is CheckVerdict.OK


@pytest.mark.parametrize(
    ("content", "mode", "verdict"),
    [
        (None, 0, CheckVerdict.FAIL),
        ('{"public_id": "A", "secret_key": "B"}', 0o600, CheckVerdict.OK),
        ('{"public_id": "A", "secret_key": "B"}', 0o644, CheckVerdict.FAIL),
        ('{"public_id": "A"}', 0o600, CheckVerdict.FAIL),
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

    assert keys.numerai(live).verdict is verdict


def with_settings(config, text):
    config.file.write_text(text, encoding="utf-8")
    return load(config.file, config.paths.root)


@pytest.mark.parametrize(
    ("key", "mode", "verdict", "said"),
    [
        (None, 0, CheckVerdict.WARN, "no Anthropic key for claude at"),
        ('{"api_key": "sk-ant-api03-0123456789"}', 0o600, CheckVerdict.OK, "api_key of anthropic"),
        ('{"oauth_token": "sk-ant-oat01-0123456789"}', 0o600, CheckVerdict.OK, "oauth_token of anthropic"),
        ('{"api_key": "sk-ant-api03-0123456789"}', 0o640, CheckVerdict.FAIL, "can be read by others"),
        ('{"api_key": "sk-proj-0123456789"}', 0o600, CheckVerdict.WARN, "sk-ant-api03-... was expected"),
        ("{}", 0o600, CheckVerdict.FAIL, "is not a key of anthropic"),
    ],
    ids=["no key", "an API key", "a login", "readable by others", "another provider's", "none in it"],
)
def test_the_key_of_every_coding_agent_is_looked_at_once(config, key, mode, verdict, said):
    entrant = '[[entrants]]\nagent = "claude"\nlevel = "{0}"\nmodel = "m{0}"\n'
    claude = with_settings(config, entrant.format("L3") + entrant.format("L4"))
    if key is not None:
        claude.paths.secrets.mkdir()
        (claude.paths.secrets / "anthropic.json").write_text(key, encoding="utf-8")
        (claude.paths.secrets / "anthropic.json").chmod(mode)

    _, check = keys.look(claude)

    assert (check.name, check.verdict) == ("claude key", verdict)
    assert said in check.finding
    assert "0123456789" not in check.finding + check.remedy
    assert bool(check.remedy) == (verdict is not CheckVerdict.OK)


@pytest.mark.full
def test_scripted_models_need_no_key_but_a_server(config):
    told = '[models]\nkind = "scripted"\n[[entrants]]\nagent = "codex"\nlevel = "L3"\nmodel = "m"\n'
    scripted = with_settings(config, told)

    assert found(scripted, "codex key").verdict is CheckVerdict.OK
    assert found(scripted, "models").verdict is CheckVerdict.WARN
    with sockets.unix(scripted.paths.models / "api.sock"):
        assert found(scripted, "models").verdict is CheckVerdict.OK


def test_live_models_are_asked_nothing(config):
    assert "models" not in {check.name for check in doctor.look(config)}


def test_the_local_tournament_is_looked_for_on_its_port_and_on_its_socket(config):
    with sockets.tcp(0) as listening:
        port = listening.getsockname()[1]
        local = with_settings(config, f"[tournament]\nlocal_port = {port}\n")

        assert "not this state folder's" in doctor.tournament(local).finding
        with sockets.unix(local.paths.tournament / "api.sock"):
            assert doctor.tournament(local).verdict is CheckVerdict.OK
    assert doctor.tournament(local).finding == f"local, nothing answers on port {port}"


def test_the_live_tournament_is_asked_for_its_clock(config, monkeypatch):
    asked = []
    monkeypatch.setattr(reach, "skew_of", lambda url: asked.append(url) or 300.0)

    check = doctor.tournament(with_settings(config, '[tournament]\nkind = "live"\n'))

    assert asked == ["https://api-tournament.numer.ai"]
    assert (check.verdict, "300 s behind" in check.finding) == (CheckVerdict.WARN, True)


@pytest.mark.parametrize(
    ("runtimes", "verdict"), [({"nvidia": {}}, CheckVerdict.OK), ({"runc": {}}, CheckVerdict.WARN)]
)
def test_a_gpu_that_boxes_are_to_have_needs_the_engines_runtime(monkeypatch, runtimes, verdict):
    monkeypatch.setattr(gpus, "look", lambda: (Gpu(index=0),))
    monkeypatch.setattr(engine, "connect", lambda: SimpleNamespace(info=lambda: {"Runtimes": runtimes}))

    assert doctor.graphics(True).verdict is verdict
    assert doctor.graphics(False).verdict is CheckVerdict.OK


def test_a_socket_that_we_may_not_use_is_told_with_the_group(config, tmp_path, monkeypatch):
    (tmp_path / "none.sock").touch()
    monkeypatch.setattr("os.access", lambda *_: False)

    check = doctor.permission()

    assert (check.verdict, check.remedy) == (CheckVerdict.FAIL, engine.JOIN_GROUP)


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
