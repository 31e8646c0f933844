"""The credential reaches git in memory only: in no address, no argument, no environment, no file."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from nab.core.errors import NabError
from nab.edges.git import push_access
from nab.edges.git.push_access import Credential
from support.repository.benches import config_on

TOKEN = "ghp_qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8zKx"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----"
HOSTS = "host ssh-ed25519 AAAA"


def config(folder, remote, credential=None, mode=0o600):
    made = config_on(folder, f'[sync]\nremote = "{remote}"\n')
    if credential is not None:
        made.paths.secrets.mkdir(exist_ok=True)
        file = made.paths.secrets / "github.json"
        file.write_text(credential if isinstance(credential, str) else json.dumps(credential))
        file.chmod(mode)
    return made


def test_a_deploy_key_is_in_memory_readable_by_what_we_start_and_gone_afterwards(tmp_path):
    made = config(tmp_path, "git@host:a.git", {"deploy_key": KEY, "known_hosts": HOSTS})

    with push_access.opened(made) as access:
        command = access.environment["GIT_SSH_COMMAND"]
        path = Path(command.rpartition(" -i ")[2])
        read = subprocess.run(["cat", str(path)], capture_output=True, text=True, check=True).stdout
        mode = path.stat().st_mode & 0o777
    told = f"{access.words} {access.environment}"

    assert (read, mode) == (KEY + "\n", 0o600)
    assert "abc" not in told
    assert "AAAA" not in told
    assert "StrictHostKeyChecking=yes" in command
    assert "IdentitiesOnly=yes" in command
    with pytest.raises(FileNotFoundError):
        path.read_text()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["nab.toml", "github.json"]


def test_a_token_is_told_to_git_alone_and_for_its_own_host_alone(tmp_path):
    made = config(tmp_path, "https://host:8443/a.git", {"token": TOKEN})

    def asked(access, address):
        return subprocess.run(
            ["git", *access.words, "credential", "fill"],
            input=f"url={address}\n\n",
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                **access.environment,
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_CONFIG_GLOBAL": "/dev/null",
            },
        ).stdout

    with push_access.opened(made) as access:
        assert f"password={TOKEN}" in asked(access, "https://host:8443/a.git")
        assert "username=x-access-token" in asked(access, "https://host:8443/a.git")
        assert TOKEN not in asked(access, "https://elsewhere/a.git")
        assert TOKEN not in asked(access, "https://host/a.git")

    assert TOKEN not in f"{access.words} {access.environment}"
    assert "http.followRedirects=false" in access.words


def test_a_systemd_credential_goes_before_the_file(tmp_path, monkeypatch):
    made = config(tmp_path, "https://host/a.git", {"token": "of-the-file"})
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/github").write_text(json.dumps({"token": TOKEN}))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))

    assert push_access.credential(made) == Credential(token=TOKEN)
    assert TOKEN not in repr(push_access.credential(made))


def test_only_the_remotes_own_protocol_is_allowed(tmp_path):
    with push_access.opened(config(tmp_path, "/srv/a.git")) as access:
        assert access.words == ("-c", "protocol.allow=never", "-c", "protocol.file.allow=always")


@pytest.mark.parametrize(
    ("remote", "credential", "mode", "said"),
    [
        ("git@host:a.git", None, 0o600, "no credential for the git remote at"),
        ("git@host:a.git", "{", 0o600, "is no credential for a git remote"),
        ("git@host:a.git", {"deploy": "x"}, 0o600, "is no credential for a git remote"),
        ("git@host:a.git", {"token": TOKEN}, 0o600, "has no deploy_key, which an ssh remote needs"),
        ("git@host:a.git", {"deploy_key": KEY}, 0o600, "has no known_hosts, so the remote could be anybody"),
        ("git@host:a.git", {"deploy_key": KEY, "known_hosts": HOSTS}, 0o644, "can be read by others"),
        ("https://host/a.git", {"deploy_key": KEY}, 0o600, "has no token, which an https remote needs"),
        ("https://host/a.git", {"token": "a\npath=x"}, 0o600, "has no token"),
    ],
)
def test_a_credential_that_does_not_fit_is_a_sentence_that_shows_nothing_of_it(
    tmp_path, remote, credential, mode, said
):
    with (
        pytest.raises(NabError, match=said) as raised,
        push_access.opened(config(tmp_path, remote, credential, mode)),
    ):
        pass

    assert raised.value.hint
    assert TOKEN not in str(raised.value) + raised.value.hint
