"""What the doctor looks at of the event log."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.config import Config
from nab.core.errors import NabError
from nab.core.health.checks import Check, CheckVerdict
from nab.core.log import unknown_kinds


def look(config: Config) -> list[Check]:
    """Look for facts that a newer release wrote; nothing where there are none. The alarms say why it cannot be read."""
    try:
        found = unknown_kinds.unknown_kinds(Bench(config, "doctor", recent=True).log.events())
    except NabError:
        return []
    if not found:
        return []
    hint = "use the newer release again to see them: nab-release list"
    return [Check("log", CheckVerdict.WARN, unknown_kinds.words(found), hint)]
