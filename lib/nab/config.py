"""What nab.toml may say. Read once, by scripts, and passed on as values."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from nab import providers
from nab.core.agents.own_providers import OwnProvider, ProviderSettings
from nab.core.agents.providers import Provider
from nab.core.errors import FAILED, NabError
from nab.core.levels import Level
from nab.core.recording.segments import Period, SegmentLimits
from nab.core.scores.metrics import LEADING, OBJECTIVES
from nab.core.text.names import AGENT_NAME, LLM_NAME, REPLICA, Choice, entrant_name, is_branch
from nab.core.upkeep import state_format
from nab.operator_files import refuse_endless, text_of
from nab.paths import Paths, installation

# Every number has an end: what none is meant to reach is a slip of the finger, and overflows somewhere later.
Hours = Annotated[float, msgspec.Meta(gt=0, le=87_600)]
Minutes = Annotated[float, msgspec.Meta(gt=0, le=5_256_000)]
Seconds = Annotated[float, msgspec.Meta(ge=0.01, le=86_400)]
Days = Annotated[float, msgspec.Meta(ge=0, le=36_500)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Mebibytes = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Gibibytes = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
PublicName = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_]{1,64}$")]
BENCHMARKS = "benchmark_models"  # Numerai's own account, whose models everybody may submit
CONTROL = "baseline-l3"
LEAST_CPUS, LEAST_MEMORY_GIB = 0.01, 0.25
if TYPE_CHECKING:
    MetricKey = str
else:
    MetricKey = Literal[tuple(OBJECTIVES)]  # of the table: no type checker follows that


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of nab.toml; a key it does not have is a mistake."""


SlotName = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,20}$")]


class Entrant(Section, frozen=True):
    """An agent at a level, with the Numerai model it submits to; without `slot` it has limits.slot.

    `replica` tells several of the same apart. `llm_model` is what a coding agent asks its vendor for, in place of its
    folder's; `seed` is where the randomness of a control begins.
    """

    agent: str
    level: Level
    model: str
    replica: str | None = None
    llm_model: str | None = None
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    slot: SlotName | None = None

    @property
    def name(self) -> str:
        return entrant_name(self.agent, self.level, self.replica or "")

    @property
    def choice(self) -> Choice:
        return Choice(self.agent, self.level.value, self.replica or "")


class Slot(Section, frozen=True):
    """A further slot, and the GPUs (as NVIDIA counts or names them) that its boxes get in place of all."""

    name: SlotName
    gpus: tuple[str, ...] = ()


class Objective(Section, frozen=True):
    """What the agent is asked to be good at."""

    metric: MetricKey = LEADING.key


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
    submit_minutes: Annotated[float, msgspec.Meta(gt=0, le=10_080)] = 30.0
    waiting_hours: Hours = 168.0
    silent_minutes: Minutes = 120.0
    wind_down_minutes: Annotated[float, msgspec.Meta(ge=0, le=5_256_000)] = 0.0
    cpus: Annotated[float, msgspec.Meta(ge=0, le=4096)] = 0.0  # 0: its slot's share of the machine
    memory_gib: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    processes: Count = 1024
    workspace_gib: Annotated[float, msgspec.Meta(ge=0.0625, le=1_000_000)] = 50.0
    workspace_files: Annotated[int, msgspec.Meta(ge=1000, le=4_000_000_000)] = 500_000
    gpu: bool = False
    slot: SlotName = "gpu0"
    slice_hours: Annotated[float, msgspec.Meta(ge=1, le=2)] = 1.0


class Metrics(Section, frozen=True):
    """Where figures for Prometheus go beside state/metrics.prom: the folder of node_exporter's text files."""

    folder: str = ""


class Recording(Section, frozen=True):
    """How often the sidecars look, in seconds, how much is kept of a run, and what must be free for it."""

    resources_every: Seconds = 10.0
    history_every: Seconds = 60.0
    history_max_file_mib: Mebibytes = 50
    history_max_gib: Gibibytes = 20.0
    elsewhere_max_gib: Gibibytes = 5.0
    packages_max_mib: Mebibytes = 64
    min_free_gib: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 5.0
    processes_every: Seconds = 10.0
    diagnoses_max_mib: Mebibytes = 512
    pages_max_mib: Mebibytes = 1024
    upload_max_mib: Mebibytes = 512
    predictions_max_mib: Mebibytes = 2048
    segment_mib: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 256.0
    segment_period: Period = Period.MONTH

    @property
    def segments(self) -> SegmentLimits:
        """When a segment of a run's record is closed."""
        return SegmentLimits(max(1, int(self.segment_mib * 2**20)), self.segment_period)


class Retention(Section, frozen=True):
    """For how many days after a run's end `make gc` leaves its things alone."""

    compress_days: Days = 2.0
    bodies_days: Days = 90.0
    workspace_days: Days = 30.0


class Sessions(Section, frozen=True):
    """What the sessions of a coding agent are told."""

    tell_leftovers: bool = True


class Proxy(Section, frozen=True):
    """Where the networks of runs are made: every run has sixteen addresses of this block."""

    networks: str = "10.213.0.0/16"


class Sync(Section, frozen=True):
    """Where a copy of the state is kept, what of it, and within which limits."""

    remote: str = ""
    branch: str = ""
    runs: Literal["all", "ended"] = "all"
    push_seconds: Annotated[float, msgspec.Meta(ge=5, le=86_400)] = 60.0
    max_file_mib: Annotated[int, msgspec.Meta(ge=1, le=95)] = 50
    max_record_mib: Mebibytes = 1024
    max_push_mib: Mebibytes = 64
    max_total_gib: Gibibytes = 8.0
    harmless: tuple[str, ...] = ()


class References(Section, frozen=True):
    """Public models whose scores are kept beside ours: all of some accounts, and some by their names."""

    accounts: Annotated[tuple[PublicName, ...], msgspec.Meta(max_length=10)] = (BENCHMARKS,)
    models: Annotated[tuple[PublicName, ...], msgspec.Meta(max_length=50)] = ()


class Results(Section, frozen=True):
    """What results are told beside: the entrant that is the control."""

    control: str = CONTROL


class Replay(Section, frozen=True):
    """What the replay track is played on: Numerai's files or a synthetic dataset, and how many eras are sealed."""

    dataset: str = ""
    sealed: Annotated[int, msgspec.Meta(ge=20, le=2000)] = 150


class Publish(Section, frozen=True):
    """Where the site goes, which limits that host has, and when transcripts may be in it."""

    transcripts: Literal["season", "round", "never"] = "season"
    host: Literal["github", "cloudflare"] = "github"
    folder: str = ""
    remote: str = ""
    branch: str = "pages"


class Images(Section, frozen=True):
    """What the images are built from."""

    base: str = "debian:bookworm-slim"


class Settings(Section, frozen=True):
    """The whole of nab.toml."""

    objective: Objective = Objective()
    tournament: Tournament = Tournament()
    models: Models = Models()
    providers: dict[str, ProviderSettings] = {}
    limits: Limits = Limits()
    recording: Recording = Recording()
    retention: Retention = Retention()
    sessions: Sessions = Sessions()
    proxy: Proxy = Proxy()
    sync: Sync = Sync()
    metrics: Metrics = Metrics()
    references: References = References()
    results: Results = Results()
    publish: Publish = Publish()
    replay: Replay = Replay()
    images: Images = Images()
    slots: tuple[Slot, ...] = ()
    entrants: tuple[Entrant, ...] = ()

    @property
    def slot_names(self) -> frozenset[str]:
        return frozenset({self.limits.slot, *(slot.name for slot in self.slots)})


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, and where this installation keeps things."""

    settings: Settings
    file: Path
    repository: Path
    paths: Paths

    @property
    def images(self) -> Path:
        return self.repository / "images"

    @property
    def own_providers(self) -> dict[str, OwnProvider]:
        """The installation's own providers, of nab.toml and of agents' folders."""
        return providers.own(self.images, self.file, self.settings.providers)

    @property
    def providers(self) -> dict[str, Provider]:
        """Every provider that an agent may ask: the vendors that a key can be held for, and our own."""
        return providers.known(self.images, self.file, self.settings.providers)

    def slot(self, name: str | None) -> Slot:
        """Return the slot of that name, and without one that of the limits. Raises NabError that lists the choices."""
        wanted = name or self.settings.limits.slot
        for slot in (*self.settings.slots, Slot(name=self.settings.limits.slot)):
            if slot.name == wanted:
                return slot
        names = ", ".join({self.settings.limits.slot: 0} | {one.name: 0 for one in self.settings.slots})
        raise NabError(f"no slot {wanted} in {self.file}", hint=f"slots there: {names}")

    def entrant(self, name: str) -> Entrant:
        """Return the entrant of that name; raises NabError that lists the choices."""
        for entrant in self.settings.entrants:
            if entrant.name == name:
                return entrant
        names = ", ".join(e.name for e in self.settings.entrants) or "none"
        raise NabError(f"no entrant {name} in {self.file}", hint=f"entrants there: {names}")


def load(file: Path, state: Path, allowed: Callable[[Path], None] = lambda _: None) -> Config:
    """Read nab.toml. Raises NabError with the place of the mistake, and as `allowed` does for the state folder."""
    try:
        written = tomllib.loads(text_of(file))
    except (
        ValueError,
        RecursionError,
    ) as error:  # tomllib has no word of its own for a number of 5,000 digits
        raise NabError(f"{file} is not TOML: {error}") from None
    refuse_endless(written, file)
    try:
        settings = msgspec.convert(written, Settings)
    except msgspec.ValidationError as error:
        raise NabError(f"{file}: {readable(str(error))}", hint="docs/operations.md lists every key") from None
    check(settings, file)
    repository = installation()
    providers.check(repository / "images", file, settings.providers, IPv4Network(settings.proxy.networks))
    allowed(state)
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
    check_networks(settings.proxy, file)
    check_box(settings.limits, file)
    if settings.sync.branch and not is_branch(settings.sync.branch):
        hint = "letters, digits and ._-/; no part of it begins with a sign or ends in .lock, and no two dots follow"
        raise NabError(f"{file}: sync.branch: {settings.sync.branch!r} is no name of a branch", hint=hint)
    if not is_branch(settings.publish.branch):
        hint = "a branch that holds the pages and nothing else: pages"
        raise NabError(
            f"{file}: publish.branch: {settings.publish.branch!r} is no name of a branch", hint=hint
        )
    refuse_twice(file, [f"slot {slot.name}" for slot in settings.slots], "a slot has one table")
    for entrant in settings.entrants:
        check_names(entrant, file)
    several = 'a further one of the same agent and level has a name of its own: replica = "b"'
    refuse_twice(file, [f"entrant {one.name}" for one in settings.entrants], several)
    refuse_twice(file, [f"model {one.model}" for one in settings.entrants], "every entrant has its own model")
    names = {one.name for one in settings.entrants}
    if settings.results.control not in {CONTROL, "", *names}:
        hint = f"entrants there: {', '.join(sorted(names)) or 'none'}; empty: no control"
        raise NabError(f"{file}: results.control: no entrant {settings.results.control}", hint=hint)
    for entrant in settings.entrants:
        if entrant.slot and entrant.slot not in settings.slot_names:
            hint = (
                f"slots there: {', '.join(sorted(settings.slot_names))}; a further one is a table [[slots]]"
            )
            raise NabError(f"{file}: {entrant.name} has a slot that is not there: {entrant.slot}", hint=hint)


def check_names(entrant: Entrant, file: Path) -> None:
    """Refuse what is no name for an agent, a replica or a language model."""
    if not AGENT_NAME.fullmatch(entrant.agent):
        raise NabError(f"{file}: {entrant.agent!r} is no name for an agent", hint="a-z, 0-9 and _")
    if entrant.replica is not None and not REPLICA.fullmatch(entrant.replica):
        hint = "a-z and 0-9, eight at most: b"
        raise NabError(f"{file}: {entrant.replica!r} is no name for a replica", hint=hint)
    if entrant.llm_model is not None and not LLM_NAME.fullmatch(entrant.llm_model):
        hint = "its vendor's own name for it, a letter or digit first: gpt-6.1-sol"
        raise NabError(f"{file}: {entrant.llm_model!r} is no name for a language model", hint=hint)


def check_networks(proxy: Proxy, file: Path) -> None:
    """Refuse what is no block of addresses for the networks of runs."""
    try:
        block = IPv4Network(proxy.networks)
    except ValueError as error:
        raise NabError(f"{file}: proxy.networks: {error}", hint='networks = "10.213.0.0/16"') from None
    if not block.is_private or block.prefixlen > 28:
        raise NabError(f"{file}: proxy.networks: {block} is no private block of 16 addresses or more")


def check_box(limits: Limits, file: Path) -> None:
    """Refuse what no box can live with; 0 is a share of the machine."""
    for name, given, least in (
        ("cpus", limits.cpus, LEAST_CPUS),
        ("memory_gib", limits.memory_gib, LEAST_MEMORY_GIB),
    ):
        if 0 < given < least:
            hint = f"{least} or more; 0 is its share of the machine"
            raise NabError(f"{file}: limits.{name}: {given:g} is too little for a box", hint=hint)


def refuse_twice(file: Path, names: Sequence[str], rule: str) -> None:
    """Raise NabError when a name is there more than once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise NabError(f"{file}: {name} is there twice", hint=rule)
        seen.add(name)


def place(state: Path, repository: Path) -> Paths:
    """Find the state folder; it is made when it is missing. The site of one that lies elsewhere lies beside it.

    Raises NabError where a newer program made it what this one does not know.
    """
    root = state.resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NabError(f"cannot make {root}: {error.strerror}", exit_code=FAILED) from None
    marker = root / state_format.NAME
    state_format.refuse_newer(marker.read_bytes() if marker.is_file() else None, root)
    beside = repository if root.is_relative_to(repository) else root.parent
    return Paths(root=root, site=beside / "site")
