"""Write what an agent will be asked, exactly."""

from __future__ import annotations

from nab import agents, prompts
from nab.actions import capacities
from nab.config import Config, Entrant
from nab.core import levels
from nab.core.errors import NabError
from nab.core.levels import Level
from nab.core.text.names import entrant_name
from nab.prompts import Prompt, TaskFacts


def prompt(config: Config, agent: str, level: str) -> Prompt:
    """Return the prompt of the entrant that AGENT and LEVEL name. Raises NabError where there is none."""
    spec = agents.find(config.images, agent)
    wanted = levels.parse(level)
    if spec.cli is None:
        raise NabError(
            f"{agent} is a program of ours and gets no prompt", hint="NAB_OBJECTIVE tells it the aim"
        )
    return of(config, entrant(config, agent, wanted), capacities.promised(config).memory_gib)


def entrant(config: Config, agent: str, level: Level) -> Entrant:
    """Return the entrant of nab.toml, or one as it would be, with a model named after it."""
    name = entrant_name(agent, level)
    found = next((one for one in config.settings.entrants if one.name == name), None)
    return found or Entrant(agent=agent, level=level, model=f"nab_{agent}_{level.lower()}")


def of(config: Config, entrant: Entrant, memory_gib: float) -> Prompt:
    """Return an entrant's prompt; it names the memory of the box."""
    settings = config.settings
    facts = TaskFacts(
        metric=settings.objective.metric,
        model=entrant.model,
        active_hours=settings.limits.active_hours,
        submit_minutes=settings.limits.submit_minutes,
        memory_gib=memory_gib,
    )
    return prompts.prompt(entrant.level, facts)
