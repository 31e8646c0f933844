"""Which Numerai is played on, at what, by whom it is answered, and beside whose scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from nab.config.values import PublicName, Section
from nab.core.scores.metrics import LEADING, OBJECTIVES

BENCHMARKS = "benchmark_models"  # Numerai's own account, whose models everybody may submit
CONTROL = "baseline-l3"
if TYPE_CHECKING:
    MetricKey = str
else:
    MetricKey = Literal[tuple(OBJECTIVES)]  # of the table: no type checker follows that


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
