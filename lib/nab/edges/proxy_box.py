"""How the proxy sidecar is started, and what its clients must be told. The engine is asked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nab.core.errors import NabError

IMAGE = "nab/proxy"
PORT = 3128
READY = "nab proxy ready"

# What an agent holds in place of a key; the proxy puts the real one in its place on the way out.
PLACEHOLDER_ID = "nab-placeholder-id"
PLACEHOLDER_SECRET = "nab-placeholder-secret"  # noqa: S105 - stands for a secret, is none

RECORD = "/record/http.jsonl"
AUTHORITY = "/trust"
KEY = "/run/secrets/numerai.json"
TOURNAMENT = "/run/tournament"


@dataclass(frozen=True)
class ProxyBox:
    """What one proxy is for. `record` is the file it appends to, `socket_folder` holds api.sock."""

    name: str
    run: str
    session: str
    numerai: Literal["local", "live"]
    record: Path
    trust: Path
    key: Path
    user_ids: tuple[int, int]
    socket_folder: Path | None = None
    labels: dict[str, str] = field(default_factory=dict)


def options(box: ProxyBox) -> dict[str, Any]:
    """Return what `client.containers.create(**options)` needs; networks are the caller's to add.

    Log lines of the container: READY once it accepts connections.
    """
    uid, gid = box.user_ids
    return {
        "image": IMAGE,
        "name": box.name,
        "hostname": "proxy",
        "detach": True,
        "user": f"{uid}:{gid}",
        "environment": environment(box),
        "labels": box.labels,
        "volumes": volumes(box),
        "read_only": True,
        "tmpfs": {"/tmp": "size=64m,mode=1777"},  # noqa: S108 - a path inside the box
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "mem_limit": "1g",
        "memswap_limit": "1g",
        "pids_limit": 128,
        "stop_signal": "SIGTERM",
        "log_config": {"Type": "json-file", "Config": {"max-size": "5m", "max-file": "2"}},
    }


def environment(box: ProxyBox) -> dict[str, str]:
    """Return what the proxy's program reads."""
    return {
        "NAB_RUN": box.run,
        "NAB_SESSION": box.session,
        "NAB_NUMERAI": box.numerai,
        "NAB_PLACEHOLDER_ID": PLACEHOLDER_ID,
        "NAB_PLACEHOLDER_SECRET": PLACEHOLDER_SECRET,
    }


def volumes(box: ProxyBox) -> dict[str, dict[str, str]]:
    """Return the mounts. The socket's folder is mounted, not the socket: a restart makes a new one."""
    mounts = {
        str(box.record): {"bind": RECORD, "mode": "rw"},
        str(box.trust): {"bind": AUTHORITY, "mode": "ro"},
        str(box.key): {"bind": KEY, "mode": "ro"},
    }
    if box.socket_folder is not None:
        mounts[str(box.socket_folder)] = {"bind": TOURNAMENT, "mode": "ro"}
    return mounts


def make_record(box: ProxyBox) -> None:
    """Make the file that is mounted. For a file that is missing the engine would make a folder in its place.

    Raises NabError when the key is not there.
    """
    if not box.key.is_file():
        raise NabError(
            f"no Numerai key at {box.key}", hint="make tournament, or docs/operations.md for a live key"
        )
    box.record.parent.mkdir(parents=True, exist_ok=True)
    box.record.touch(mode=0o640, exist_ok=True)


def client_environment() -> dict[str, str]:
    """Return what a program behind the proxy must be told to use it, the placeholder keys included."""
    here = f"http://proxy:{PORT}"
    apart = "localhost,127.0.0.1"
    return {
        "HTTP_PROXY": here,
        "HTTPS_PROXY": here,
        "http_proxy": here,
        "https_proxy": here,
        "NO_PROXY": apart,
        "no_proxy": apart,
        "NODE_USE_ENV_PROXY": "1",
        "NUMERAI_PUBLIC_ID": PLACEHOLDER_ID,
        "NUMERAI_SECRET_KEY": PLACEHOLDER_SECRET,
    }
