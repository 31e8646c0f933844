import json

import pytest

from nab.config import load
from nab.core.errors import NabError
from nab.edges import keys, proxy_box


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


def test_a_login_alone_is_a_subscription():
    held = {"anthropic": {"oauth_token": "x"}, "openai": {"api_key": "x", "access_token": "y"}}

    assert keys.subscriptions(held) == {"anthropic"}


def test_an_agent_gets_the_placeholder_of_what_is_held():
    by_key, by_login = proxy_box.client_environment(), proxy_box.client_environment({"anthropic", "openai"})

    assert by_key["ANTHROPIC_API_KEY"].startswith("sk-ant-api03-nab-placeholder")
    assert "CLAUDE_CODE_OAUTH_TOKEN" not in by_key
    assert by_login["CLAUDE_CODE_OAUTH_TOKEN"].startswith("sk-ant-oat01-nab-placeholder")
    assert not {"ANTHROPIC_API_KEY", "OPENAI_API_KEY", "CODEX_API_KEY"} & set(by_login)
