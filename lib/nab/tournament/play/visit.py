"""One request to the API: who asks, from where, of which tournament."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from nab.tournament.graphql.document import Refused
from nab.tournament.play.account import Model
from nab.tournament.play.blobs import Links, Shelves
from nab.tournament.play.engine import Tournament
from nab.tournament.play.faults import Faults
from nab.tournament.play.rates import Budgets
from nab.tournament.replay.sealed import Turns

TOURNAMENT = 8
NOTHING = "0.000000000000000000"
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class House:
    """What every request shares."""

    tournament: Tournament
    links: Links
    shelves: Shelves
    budgets: Budgets = field(default_factory=lambda: Budgets({}))
    faults: Faults = field(default_factory=Faults)
    refuses_stale_ids: bool = False
    turns: Turns | None = None  # of sealed eras, where the dataset is cut


@dataclass(frozen=True)
class Visit:
    """One request."""

    house: House
    authorization: str | None
    host: str
    address: str
    behind: timedelta = timedelta()
    sees_nothing: bool = False

    @property
    def tournament(self) -> Tournament:
        return self.house.tournament

    @cached_property
    def now(self) -> datetime:
        """The instant of the request; the whole answer is given for it."""
        return self.tournament.clock.now() - self.behind

    def since(self, instant: datetime) -> timedelta:
        """Return how long ago something was, as the calendar counts, which `advance` moves on."""
        counted = self.tournament.jumps.calendar_time
        return counted(self.now) - counted(instant)

    @property
    def rounds(self) -> range:
        """The numbers of the rounds that have opened, oldest first."""
        return range(self.tournament.first, self.tournament.schedule.newest(self.now) + 1)

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
    raise Refused(f'Argument "{name}" has invalid value {value!a:.80}.')


def count(arguments: Mapping[str, Any], name: str) -> int | None:
    """Return an integer argument that cannot be negative, or None when it is absent."""
    value = whole(arguments, name)
    if value is not None and value < 0:
        raise Refused(f'Argument "{name}" has invalid value {value}.')
    return value


def text(arguments: Mapping[str, Any], name: str) -> str | None:
    """Return a text argument, or None when it is absent. Half a surrogate pair is no text."""
    value = arguments.get(name)
    if value is None or (isinstance(value, str) and not SURROGATE.search(value)):
        return value
    raise Refused(f'Argument "{name}" has invalid value {value!a:.80}.')
