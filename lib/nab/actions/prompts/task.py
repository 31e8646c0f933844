"""Write what an agent will be asked, exactly."""

from __future__ import annotations

from nab import agents, prompts
from nab.actions import capacities
from nab.config import Config
from nab.core import levels
from nab.core.errors import NabError
from nab.core.levels import Level
from nab.core.text.names import Choice, entrant_name
from nab.prompts import Prompt, TaskFacts


def prompt(config: Config, choice: Choice) -> Prompt:
    """Return the prompt of the entrant that was chosen. Raises NabError where there is none."""
    spec = agents.find(config.images, choice.agent)
    wanted = levels.parse(choice.level)
    if spec.cli is None:
        raise NabError(
            f"{choice.agent} is a program of ours and gets no prompt", hint="NAB_OBJECTIVE tells it the aim"
        )
    name = entrant_name(choice.agent, wanted, choice.replica)
    return of(config, wanted, model(config, name), capacities.promised(config).memory_gib)


def model(config: Config, name: str) -> str:
    """Return the Numerai model of the entrant in nab.toml or, where it is not there yet, one named after it."""
    named = {one.name: one.model for one in config.settings.entrants}
    return named.get(name, f"nab_{name.replace('-', '_')}")


def of(config: Config, level: Level, model: str, memory_gib: float) -> Prompt:
    """Return the prompt at a level of whoever has this Numerai model; it names the memory of the box."""
    settings = config.settings
    facts = TaskFacts(
        metric=settings.objective.metric,
        model=model,
        active_hours=settings.limits.active_hours,
        submit_minutes=settings.limits.submit_minutes,
        memory_gib=memory_gib,
    )
    return prompts.prompt(level, facts)
