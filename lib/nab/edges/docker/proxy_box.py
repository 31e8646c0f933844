"""How the proxy sidecar is started, and what its clients must be told. The engine is asked elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from nab.core.agents import adapters
from nab.core.agents.adapters import Adapter
from nab.core.agents.providers import Provider

IMAGE = "nab/proxy"
PORT = 3128
READY = "nab proxy ready"

# What an agent holds in place of Numerai's key; the proxy puts the real one in its place on the way out.
# images/proxy/keys/broker.py has the same. Those of the models' vendors are in images/providers.
PLACEHOLDER_ID = "nab-placeholder-id"
PLACEHOLDER_SECRET = "nab-placeholder-secret"  # noqa: S105 - stands for a secret, is none
NUMERAI_PLACEHOLDERS = {"public_id": PLACEHOLDER_ID, "secret_key": PLACEHOLDER_SECRET}

RECORD = "/record"
AUTHORITY = "/trust"
TOURNAMENT = "/run/tournament"
MODELS = "/run/models"


class Model(msgspec.Struct, frozen=True):
    """A Numerai model: its id in the API, and its name."""

    id: str
    name: str


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What a proxy is told on its standard input (images/proxy/orders.py). Holds keys: never printed.

    `address` is its own on the agent's network, `model` the only one that may be submitted to, `others`
    the account's other models, `keys` by their providers, `calls` what each key is for, `providers` those of the
    installation's own, `closed` the host's own addresses: one of them may be public, and the proxy is no way into the
    host. A file of its record is closed after `segment_bytes` or a `segment_period`, and `spare_bytes` of that disk
    stay free. `pages_bytes` are kept of texts that are read, `upload_bytes` of one file that is put to Numerai's
    storage, `uploads_bytes` of all that wait.
    """

    run: str
    session: str
    address: str
    numerai: Literal["local", "live"]
    models: Literal["live", "scripted"] = "live"
    light: bool = False
    model: Model | None = None
    others: tuple[Model, ...] = ()
    keys: dict[str, dict[str, str]] = {}
    calls: dict[str, tuple[str, ...]] = {}
    providers: dict[str, dict[str, Any]] = {}
    diagnostics_a_minute: int = 5
    closed: tuple[str, ...] = ()
    segment_bytes: int = 256 << 20
    segment_period: str = "month"
    spare_bytes: int = 0
    pages_bytes: int = 1 << 30
    upload_bytes: int = 512 << 20
    uploads_bytes: int = 2 << 30

    def __repr__(self) -> str:
        return f"Orders({self.run}, {self.session})"


@dataclass(frozen=True)
class ProxyBox:
    """What one proxy is made of. It writes in the folder of `record`.

    `socket_folder` holds the local tournament's api.sock, `models_folder` that of the scripted models.
    """

    name: str
    record: Path
    trust: Path
    user_ids: tuple[int, int]
    socket_folder: Path | None = None
    models_folder: Path | None = None
    labels: dict[str, str] = field(default_factory=dict)


def options(box: ProxyBox) -> dict[str, Any]:
    """Return what `client.containers.create(**options)` needs; networks are the caller's to add.

    It reads its orders on its standard input. Log lines of the container: READY once it accepts connections.
    """
    uid, gid = box.user_ids
    return {
        "image": IMAGE,
        "name": box.name,
        "hostname": "proxy",
        "detach": False,  # whoever starts it and dies before it has its orders closes its standard input
        "stdin_open": True,
        "user": f"{uid}:{gid}",
        "labels": box.labels,
        "volumes": volumes(box),
        "read_only": True,
        "tmpfs": {"/tmp": "size=64m,mode=1777"},  # noqa: S108 - a path inside the box
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "sysctls": {
            "net.ipv4.ip_unprivileged_port_start": "0",  # 53, 80 and 443 without a privilege
            "net.ipv4.ip_forward": "0",  # it is on two networks, and no router between them
        },
        "mem_limit": "1g",
        "memswap_limit": "1g",
        "pids_limit": 128,
        "stop_signal": "SIGTERM",
        "log_config": {"Type": "json-file", "Config": {"max-size": "5m", "max-file": "2"}},
    }


def volumes(box: ProxyBox) -> dict[str, dict[str, str]]:
    """Return the mounts. The socket's folder is mounted, not the socket: a restart makes a new one."""
    mounts = {
        str(box.record.parent): {"bind": RECORD, "mode": "rw"},
        str(box.trust): {"bind": AUTHORITY, "mode": "ro"},
    }
    for folder, place in ((box.socket_folder, TOURNAMENT), (box.models_folder, MODELS)):
        if folder is not None:
            mounts[str(folder)] = {"bind": place, "mode": "ro"}
    return mounts


def make_folders(box: ProxyBox) -> None:
    """Make the folders that are mounted: one that is missing the engine would make as root's."""
    for folder in (box.record.parent, box.socket_folder, box.models_folder):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)


def client_environment() -> dict[str, str]:
    """Return what a program behind the proxy must be told to use it, Numerai's placeholders included."""
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


def model_placeholders(adapter: Adapter, provider: Provider, held: Collection[str]) -> dict[str, str]:
    """Return the variables that an agent's program looks for its key in, with placeholders.

    `provider` is its own, `held` are the fields of that one's key that the proxy holds. The first form of
    agent.toml that is among them counts; without one there is nothing.
    """
    form = adapters.auth_form(adapter, held)
    if form is None:
        return {}
    return dict.fromkeys(form.variables, provider.placeholders[form.field])
