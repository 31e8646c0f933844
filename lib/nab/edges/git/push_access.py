"""The right to push: a deploy key or a token, in memory only; never in an address, argument or environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import assert_never

import msgspec

from nab.config import Config
from nab.core.errors import NabError
from nab.core.upkeep.sync.remotes import Reached, origin, reached
from nab.edges.secrets import keys

NAME = "github"
SHAPE = '{"deploy_key": "...", "known_hosts": "..."} for ssh, {"token": "..."} for https (docs/sync.md)'
SSH = (
    "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
    "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
    "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no",
    "-o", "ControlPath=none", "-o", "ForwardAgent=no", "-o", "PreferredAuthentications=publickey",
)  # fmt: skip
HTTPS = (
    "-c", "http.followRedirects=false",  # a token is for the host that it was given for
    "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=20",
    "-c", "credential.helper=",
)  # fmt: skip
ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
    "GIT_SSH_VARIANT": "ssh",
}
PROTOCOLS = {Reached.SSH: "ssh", Reached.HTTPS: "https", Reached.FOLDER: "file"}


class Credential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What github.json may hold. Never printed."""

    token: str = ""
    username: str = "x-access-token"
    deploy_key: str = ""
    known_hosts: str = ""

    def __repr__(self) -> str:
        return "Credential(…)"


@dataclass(frozen=True)
class Access:
    """What git is told before its command, and what is added to its environment. No secret is in either."""

    words: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


def credential(config: Config, name: str = NAME) -> Credential:
    """Read a credential. Raises NabError when it is missing, malformed or can be read by others."""
    file = keys.file_of(config, name)
    try:
        return msgspec.json.decode(keys.private_bytes(file), type=Credential)
    except FileNotFoundError:
        raise NabError(f"no credential for the git remote at {file}", hint=SHAPE) from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NabError(f"{file} is no credential for a git remote", hint=SHAPE) from None


@contextmanager
def opened(config: Config, address: str = "", name: str = NAME) -> Iterator[Access]:
    """Give git what it needs to reach a remote, that of the state's copy where none is named.

    Raises NabError when the credential does not fit it.
    """
    address = address or config.settings.sync.remote
    way = reached(address)
    only = ("-c", "protocol.allow=never", "-c", f"protocol.{PROTOCOLS[way]}.allow=always")
    with ExitStack() as kept:
        match way:
            case Reached.FOLDER:
                yield Access(only, dict(ENVIRONMENT))
            case Reached.SSH:
                yield Access(only, ENVIRONMENT | {"GIT_SSH_COMMAND": over_ssh(config, kept, name)})
            case Reached.HTTPS:
                yield Access((*only, *HTTPS, *over_https(config, kept, address, name)), dict(ENVIRONMENT))
            case _:
                assert_never(way)


def over_ssh(config: Config, kept: ExitStack, name: str) -> str:
    """Return the ssh command with the deploy key and the one host that it may be shown to."""
    held = credential(config, name)
    file = keys.file_of(config, name)
    if not held.deploy_key:
        raise NabError(f"{file} has no deploy_key, which an ssh remote needs", hint=SHAPE)
    if not held.known_hosts.strip():
        hint = "add the line of ssh-keyscan, compared with what the host publishes, as known_hosts (docs/sync.md)"
        raise NabError(f"{file} has no known_hosts, so the remote could be anybody", hint=hint)
    key = kept.enter_context(in_memory(held.deploy_key.strip() + "\n"))
    hosts = kept.enter_context(in_memory(held.known_hosts.strip() + "\n"))
    return " ".join((*SSH, "-o", f"UserKnownHostsFile={hosts}", "-i", key))


def over_https(config: Config, kept: ExitStack, address: str, name: str) -> tuple[str, ...]:
    """Return the settings by which git asks for the token, for the remote's own host alone."""
    held = credential(config, name)
    if not held.token or not keys.usable(held.token) or "\n" in held.username:
        raise NabError(f"{keys.file_of(config, name)} has no token, which an https remote needs", hint=SHAPE)
    told = kept.enter_context(in_memory(f"username={held.username}\npassword={held.token}\n"))
    helper = f'!f() {{ test "$1" = get && cat {told}; }}; f'
    return ("-c", f"credential.{origin(address)}.helper={helper}")


@contextmanager
def in_memory(content: str) -> Iterator[str]:
    """Keep a text in memory, under a path that programs which we start can open, and nobody else's can."""
    file = os.memfd_create("nab")
    try:
        os.fchmod(file, 0o600)  # ssh wants to see that
        os.write(file, content.encode())
        yield f"/proc/{os.getpid()}/fd/{file}"
    finally:
        os.close(file)
