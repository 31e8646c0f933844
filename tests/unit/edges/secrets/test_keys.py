import json

import pytest

from nab import agents
from nab.config import load
from nab.core.errors import NabError
from nab.edges.docker import proxy_box
from nab.edges.secrets import keys
from support.repository.benches import REPOSITORY
from support.repository.vendors import VENDORS


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A bench on the live tournament, with a Numerai key."""
    monkeypatch.delenv(keys.CREDENTIALS, raising=False)
    file = tmp_path / "nab.toml"
    file.write_text('[tournament]\nkind = "live"\n', encoding="utf-8")
    config = load(file, tmp_path / "state")
    put(config.paths.secrets / "numerai.json", {"public_id": "PUBLIC", "secret_key": "SECRET"})
    return config


def put(file, key, mode=0o600):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(key if isinstance(key, str) else json.dumps(key), encoding="utf-8")
    file.chmod(mode)


def test_the_ring_has_every_key_that_is_there(config):
    put(config.paths.secrets / "anthropic.json", {"oauth_token": "sk-ant-oat01-real"})
    put(config.paths.secrets / "google.json", {"api_key": "AIzaREAL"})

    held = keys.ring(config)

    assert set(held) == {"numerai", "anthropic", "google"}
    assert held["anthropic"] == {"oauth_token": "sk-ant-oat01-real"}


def test_without_a_numerai_key_there_is_no_ring(config):
    (config.paths.secrets / "numerai.json").unlink()

    with pytest.raises(NabError, match="no Numerai key at"):
        keys.ring(config)


@pytest.mark.parametrize("name", ["openai", "openai.json"])
def test_a_credential_of_systemd_goes_before_a_file(config, tmp_path, monkeypatch, name):
    put(config.paths.secrets / "openai.json", {"api_key": "sk-from-the-file"})
    put(tmp_path / "credentials" / name, {"api_key": "sk-from-systemd"}, mode=0o440)
    monkeypatch.setenv(keys.CREDENTIALS, str(tmp_path / "credentials"))

    assert keys.ring(config)["openai"] == {"api_key": "sk-from-systemd"}


def test_a_key_that_others_can_read_is_refused(config):
    put(config.paths.secrets / "openai.json", {"api_key": "sk-real-key"}, mode=0o640)

    with pytest.raises(NabError, match=r"openai\.json can be read by others"):
        keys.ring(config)


@pytest.mark.parametrize(
    "key",
    [
        "sk-real-key",
        "[]",
        "{}",
        {"key": "sk-real-key"},
        {"api_key": ""},
        {"api_key": "two words"},
        {"api_key": 5},
    ],
    ids=["bare", "a list", "empty", "another field", "no text", "a space", "a number"],
)
def test_what_is_no_key_is_refused_without_being_shown(config, key):
    put(config.paths.secrets / "openai.json", key)

    with pytest.raises(NabError, match=r"openai\.json is not a key") as refused:
        keys.ring(config)
    assert "sk-real-key" not in str(refused.value)


def scripted(config):
    config.file.write_text('[tournament]\nkind = "live"\n[models]\nkind = "scripted"\n', encoding="utf-8")
    return load(config.file, config.paths.root)


def test_scripted_models_get_made_keys_and_no_real_one_is_read(config):
    put(config.paths.secrets / "anthropic.json", "not even a key", mode=0o644)

    held = keys.ring(scripted(config))

    assert held.pop("numerai") == {"public_id": "PUBLIC", "secret_key": "SECRET"}
    assert held == {
        "anthropic": {"api_key": "nab-scripted-anthropic-key"},
        "openai": {"api_key": "nab-scripted-openai-key"},
        "google": {"api_key": "nab-scripted-google-key"},
    }


def cli(name):
    return agents.find(REPOSITORY / "images", name).cli


def test_an_agent_works_with_the_key_of_its_provider(config):
    put(config.paths.secrets / "anthropic.json", {"oauth_token": "sk-ant-oat01-real"})

    assert keys.for_agent(config, cli("claude")) == {"oauth_token": "sk-ant-oat01-real"}


@pytest.mark.parametrize("name", ["claude", "codex", "gemini"])
def test_with_scripted_models_every_agent_has_a_key_it_can_use(config, name):
    held = keys.for_agent(scripted(config), cli(name))

    assert proxy_box.model_placeholders(cli(name), VENDORS[cli(name).provider], held)


def test_an_agent_without_a_key_is_told_where_to_write_it(config):
    with pytest.raises(NabError, match=r"^no OpenAI key for codex at .*/secrets/openai\.json$") as refused:
        keys.for_agent(config, cli("codex"))

    assert refused.value.exit_code == 2
    assert '{"api_key": "..."} there with mode 600' in refused.value.hint


def test_a_key_of_a_form_that_an_agent_cannot_use_is_refused(config):
    put(config.paths.secrets / "openai.json", {"account_id": "account-1"})

    with pytest.raises(NabError, match=r"openai\.json has account_id, which codex cannot use"):
        keys.for_agent(config, cli("codex"))
