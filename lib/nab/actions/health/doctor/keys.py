"""What the doctor looks at of the keys: Numerai's, and that of every coding agent in nab.toml."""

from __future__ import annotations

from nab import agents
from nab.agents import AgentSpec
from nab.config import Config
from nab.core.agents.adapters import Adapter
from nab.core.errors import NabError
from nab.core.health import key_checks
from nab.core.health.checks import Check, CheckVerdict
from nab.core.health.key_checks import HeldKey
from nab.edges import clock
from nab.edges.secrets import keys


def look(config: Config) -> list[Check]:
    """Look at the keys, without asking anybody whether they are good."""
    entrants = {entrant.agent for entrant in config.settings.entrants}
    specs = [spec for spec in agents.agents(config.images) if spec.name in entrants]
    return [numerai(config), *(of_agent(config, spec, spec.cli) for spec in specs if spec.cli)]


def numerai(config: Config) -> Check:
    """Look at Numerai's key. One that the proxy cannot be handed keeps every run from starting, whosever it is."""
    kind, file = config.settings.tournament.kind, keys.key_file(config)
    if not file.exists():
        if kind == "local":
            return Check("key", CheckVerdict.OK, "the local tournament makes it when it first starts")
        return Check(
            "key", CheckVerdict.FAIL, f"no Numerai key at {file}", "docs/operations.md says how to make one"
        )
    try:
        keys.ring(config)
    except NabError as error:
        return Check("key", CheckVerdict.FAIL, error.message, error.hint)
    return Check("key", CheckVerdict.OK, f"{kind}, at {file}")


def of_agent(config: Config, spec: AgentSpec, adapter: Adapter) -> Check:
    """Look at the key that a coding agent would work with."""
    if config.settings.models.kind == "scripted":
        return Check(f"{spec.name} key", CheckVerdict.OK, "scripted models need none")
    try:
        agents.provider_of(spec, config.providers)
        held = keys.for_agent(config, adapter)
    except NabError as error:
        is_there = keys.file_of(config, adapter.provider).exists()
        verdict = (
            CheckVerdict.FAIL if is_there else CheckVerdict.WARN
        )  # without a key the other entrants can run
        return Check(f"{spec.name} key", verdict, error.message, error.hint)
    if not adapter.auth:
        return Check(f"{spec.name} key", CheckVerdict.OK, f"{adapter.provider} wants none")
    field = next(form.field for form in adapter.auth if form.field in held)
    form = config.providers[adapter.provider].fields[field]
    key = HeldKey(adapter.provider, field, form, held[field])
    return key_checks.agent_key(spec.name, key, clock.now())
