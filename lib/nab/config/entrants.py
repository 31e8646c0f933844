"""Who takes part, and in which slots of the machine."""

from __future__ import annotations

from typing import Annotated

import msgspec

from nab.config.values import Section, SlotName
from nab.core.levels import Level
from nab.core.text.names import Choice, entrant_name


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
