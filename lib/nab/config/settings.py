"""The whole of nab.toml as one value, and where this installation keeps things."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nab import providers
from nab.config.contest import Models, Objective, References, Replay, Results, Tournament
from nab.config.entrants import Entrant, Slot
from nab.config.outlets import Metrics, Publish, Sync
from nab.config.runs import Images, Limits, Proxy, Recording, Retention, Sessions
from nab.config.values import Section
from nab.core.agents.own_providers import OwnProvider, ProviderSettings
from nab.core.agents.providers import Provider
from nab.core.errors import NabError
from nab.paths import Paths


class Settings(Section, frozen=True):
    """The whole of nab.toml."""

    objective: Objective = Objective()
    tournament: Tournament = Tournament()
    models: Models = Models()
    providers: dict[str, ProviderSettings] = msgspec.field(default_factory=dict)
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
