"""What nab.toml may say. Read once, by scripts, and passed on as values."""

from __future__ import annotations

import tomllib
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from nab.core.errors import FAILED, NabError
from nab.core.levels import Level
from nab.core.names import AGENT_NAME, entrant_name
from nab.paths import Paths

Hours = Annotated[float, msgspec.Meta(gt=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of nab.toml; a key it does not have is a mistake."""


class Entrant(Section, frozen=True):
    """An agent at a level, with the Numerai model it submits to."""

    agent: str
    level: Level
    model: str

    @property
    def name(self) -> str:
        return entrant_name(self.agent, self.level)


class Objective(Section, frozen=True):
    """What the agent is asked to be good at."""

    metric: Literal["mmc20", "corr20", "mmc60", "corr60"] = "mmc20"


class Tournament(Section, frozen=True):
    """Which Numerai the agents and we talk to."""

    kind: Literal["local", "live"] = "local"
    local_port: Annotated[int, msgspec.Meta(ge=1024, le=65535)] = 8790


class Models(Section, frozen=True):
    """Who answers for the models' hosts: their vendors, or the scripted models of scripts/models.py."""

    kind: Literal["live", "scripted"] = "live"


class Limits(Section, frozen=True):
    """What one box may use, and for how long it may work."""

    active_hours: Hours = 24.0
    submit_minutes: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    waiting_hours: Hours = 168.0
    silent_minutes: Annotated[float, msgspec.Meta(gt=0)] = 120.0
    wind_down_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    cpus: Annotated[float, msgspec.Meta(gt=0)] = 2.0
    memory_gib: Annotated[float, msgspec.Meta(ge=0.25)] = 8.0
    processes: Count = 1024
    gpu: bool = False
    slot: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,20}$")] = "gpu0"
    slice_hours: Annotated[float, msgspec.Meta(ge=1, le=2)] = 1.0


class Recording(Section, frozen=True):
    """How often the sidecars look, in seconds, and how much of a workspace is kept."""

    resources_every: Seconds = 10.0
    history_every: Seconds = 60.0
    history_max_file_mib: Count = 50
    history_max_gib: Annotated[float, msgspec.Meta(gt=0)] = 20.0
    processes_every: Seconds = 10.0


class Sessions(Section, frozen=True):
    """What the sessions of a coding agent are told."""

    tell_leftovers: bool = True


class Proxy(Section, frozen=True):
    """Where the networks of runs are made: every run has sixteen addresses of this block."""

    networks: str = "10.213.0.0/16"


class Sync(Section, frozen=True):
    """Where a copy of the state is kept, what of it, and within which limits."""

    remote: str = ""
    branch: Annotated[
        str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*)?$")
    ] = ""
    runs: Literal["all", "ended"] = "all"
    push_seconds: Annotated[float, msgspec.Meta(ge=5)] = 60.0
    max_file_mib: Annotated[int, msgspec.Meta(ge=1, le=95)] = 50
    max_record_mib: Count = 1024
    max_push_mib: Count = 64
    max_total_gib: Annotated[float, msgspec.Meta(gt=0)] = 8.0
    harmless: tuple[str, ...] = ()


class Images(Section, frozen=True):
    """What the images are built from."""

    base: str = "debian:bookworm-slim"


class Settings(Section, frozen=True):
    """The whole of nab.toml."""

    objective: Objective = Objective()
    tournament: Tournament = Tournament()
    models: Models = Models()
    limits: Limits = Limits()
    recording: Recording = Recording()
    sessions: Sessions = Sessions()
    proxy: Proxy = Proxy()
    sync: Sync = Sync()
    images: Images = Images()
    entrants: tuple[Entrant, ...] = ()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, and where this installation keeps things."""

    settings: Settings
    file: Path
    repository: Path
    paths: Paths

    @property
    def images(self) -> Path:
        return self.repository / "images"

    def entrant(self, name: str) -> Entrant:
        """Return the entrant of that name; raises NabError that lists the choices."""
        for entrant in self.settings.entrants:
            if entrant.name == name:
                return entrant
        names = ", ".join(e.name for e in self.settings.entrants) or "none"
        raise NabError(f"no entrant {name} in {self.file}", hint=f"entrants there: {names}")


def load(file: Path, state: Path) -> Config:
    """Read nab.toml. Raises NabError with the place of the mistake."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NabError(f"no configuration at {file}", hint="run in the repository, or use --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NabError(f"{file} is not TOML: {error}") from None
    try:
        settings = msgspec.convert(written, Settings)
    except msgspec.ValidationError as error:
        raise NabError(f"{file}: {readable(str(error))}", hint="docs/operations.md lists every key") from None
    check(settings, file)
    repository = Path(__file__).resolve().parents[2]
    return Config(settings=settings, file=file, repository=repository, paths=place(state, repository))


def readable(complaint: str) -> str:
    """Say where in the file: `$.limits.cpus` becomes limits.cpus."""
    return (
        complaint.replace("Object contains unknown field", "unknown key")
        .replace("$.", "")
        .replace(" - at `$`", "")
    )


def check(settings: Settings, file: Path) -> None:
    """Refuse what the types cannot."""
    try:
        block = IPv4Network(settings.proxy.networks)
    except ValueError as error:
        raise NabError(f"{file}: proxy.networks: {error}", hint='networks = "10.213.0.0/16"') from None
    if not block.is_private or block.prefixlen > 28:
        raise NabError(f"{file}: proxy.networks: {block} is no private block of 16 addresses or more")
    seen: set[str] = set()
    for entrant in settings.entrants:
        if not AGENT_NAME.fullmatch(entrant.agent):
            raise NabError(f"{file}: {entrant.agent!r} is no name for an agent", hint="a-z, 0-9 and _")
        for what in (entrant.name, f"model {entrant.model}"):
            if what in seen:
                raise NabError(f"{file}: {what} is there twice", hint="every entrant has its own model")
            seen.add(what)


def place(state: Path, repository: Path) -> Paths:
    """Find the state folder; it is made when it is missing. The site of one that lies elsewhere lies beside it."""
    root = state.resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NabError(f"cannot make {root}: {error.strerror}", exit_code=FAILED) from None
    beside = repository if root.is_relative_to(repository) else root.parent
    return Paths(root=root, site=beside / "site")
