"""One request to the API: who asks, from where, of which tournament."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from nab.tournament.account import Model
from nab.tournament.blobs import Links, Shelves
from nab.tournament.engine import Tournament
from nab.tournament.graphql_document import Refused

TOURNAMENT = 8


@dataclass(frozen=True)
class Slot:
    """A file name that was handed out for an upload, and what the upload is for."""

    model: str
    kind: str


@dataclass(frozen=True)
class House:
    """What every request shares."""

    tournament: Tournament
    links: Links
    shelves: Shelves
    slots: dict[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One request."""

    house: House
    authorization: str | None
    host: str
    address: str

    @property
    def tournament(self) -> Tournament:
        return self.house.tournament

    @cached_property
    def now(self) -> datetime:
        """The instant of the request; the whole answer is given for it."""
        return self.tournament.clock.now()

    def require(self, scope: str | None) -> None:
        """Raise Refused unless the token may do that; None asks for any token."""
        key = self.tournament.account.key
        if not self.authorization:
            raise Refused("not_authenticated")
        if not key.opened_by(self.authorization):
            raise Refused("Your session is invalid or has expired.")
        if scope is not None and scope not in key.scopes:
            raise Refused(f"Insufficient permission for {scope}")

    def our_model(self, arguments: Mapping[str, Any]) -> Model:
        """Return the model that `modelId` names; without one, the account's only model."""
        models = self.tournament.account.models
        wanted = arguments.get("modelId")
        if wanted is None and len(models) == 1:
            return models[0]
        if wanted is None:
            raise Refused("modelId is required for accounts with multiple models")
        for model in models:
            if model.id == wanted:
                return model
        raise Refused("Model not found")


def at(instant: datetime) -> str:
    """Write a Time."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def nmr(amount: float) -> str:
    """Write an amount of NMR."""
    return f"{Decimal(str(amount)):.18f}"


def whole(arguments: Mapping[str, Any], name: str) -> int | None:
    """Return an integer argument, or None when it is absent."""
    value = arguments.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refused(f'Argument "{name}" has invalid value {value}.')


def text(arguments: Mapping[str, Any], name: str) -> str | None:
    """Return a text argument, or None when it is absent."""
    value = arguments.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Refused(f'Argument "{name}" has invalid value {value}.')
