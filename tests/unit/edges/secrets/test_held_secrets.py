"""Every secret of the machine is looked for, wherever it lies; names are none."""

import json

import pytest

from nab.core.errors import NabError
from nab.edges.secrets import held_secrets
from support.repository.benches import config_on


@pytest.fixture
def config(tmp_path):
    return config_on(tmp_path, "")


def lay(folder, name, content, mode=0o600):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    file.chmod(mode)


def test_all_keys_are_held_by_name_and_what_is_no_secret_is_not(config, tmp_path, monkeypatch):
    lay(config.paths.secrets, "numerai.json", {"public_id": "PUBLIC-ID", "secret_key": "numerai-secret"})
    lay(config.paths.secrets, "openai.json", {"access_token": "openai-token", "account_id": "account-1"})
    lay(
        config.paths.secrets,
        "github.json",
        {"deploy_key": "a-deploy-key", "known_hosts": "host ssh-ed25519 A"},
    )
    lay(config.paths.secrets, "mail", "a plain password\n")
    lay(
        config.paths.secrets,
        "webhooks.json",
        {"urls": [{"url": "https://hook/secret"}], "port": 3, "x": "short"},
    )
    lay(config.paths.tournament, "key.json", {"public_id": "LOCAL-ID", "secret_key": "local-secret"})
    lay(config.paths.trust, "mitmproxy-ca.pem", "-----BEGIN PRIVATE KEY-----")
    lay(
        tmp_path / "credentials", "anthropic", {"api_key": "credential-key"}, 0o644
    )  # systemd guards the folder
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))

    assert held_secrets.held(config) == {
        "numerai.secret_key": b"numerai-secret",
        "openai.access_token": b"openai-token",
        "github.deploy_key": b"a-deploy-key",
        "mail": b"a plain password",
        "webhooks.urls.0.url": b"https://hook/secret",
        "key.secret_key": b"local-secret",
        "authority": b"-----BEGIN PRIVATE KEY-----",
        "anthropic.api_key": b"credential-key",
    }


def test_a_machine_without_keys_holds_none(config):
    assert held_secrets.held(config) == {}
    assert held_secrets.public(config) == b""


def test_one_that_others_can_read_is_an_error_and_not_passed_over(config):
    lay(config.paths.secrets, "anthropic.json", {"api_key": "secret-key"}, 0o644)

    with pytest.raises(NabError, match="can be read by others"):
        held_secrets.held(config)


def test_of_an_address_its_password_and_its_long_parts_are_secrets_by_themselves(config):
    urls = [
        "ntfy://ntfy.example.org/a-topic",
        "mailtos://me:pass%2Fword@mail.example.org?to=a@b.org",
        "https://hooks.slack.com/services/T1JJ3T3L2/TIiajkdnlazkcOXrIdevi7FQ",
        "tgram://[broken",
    ]
    lay(config.paths.secrets, "alarms.json", {"urls": urls})

    held = set(held_secrets.held(config).values())

    assert {b"pass/word", b"TIiajkdnlazkcOXrIdevi7FQ", *map(str.encode, urls)} <= held
    assert not held & {b"services", b"ntfy.example.org", b"mail.example.org", b"a-topic"}
