"""The one file that tells a monitor whether all is well: state/health.json."""

from __future__ import annotations

from msgspec import structs

from nab import __version__
from nab.actions.bench import Bench
from nab.actions.health import alarms, release_health
from nab.actions.health.doctor import doctor
from nab.core.errors import NabError
from nab.core.health import verdict
from nab.core.health.checks import Check, CheckVerdict
from nab.core.health.verdict import Health
from nab.core.text import times
from nab.core.upkeep import state_format
from nab.edges import clock
from nab.edges.files import files


def look(bench: Bench) -> Health:
    """Look at the release, at the alarms and at the newest tick. Keep what was found, and the form of the state."""
    checks = list(release_health.tried(bench))
    told = {key: one.get("since", "") for key, one in alarms.told_before(bench.paths.alarms).items()}
    before = alarms.last_look(bench)
    found = verdict.health(checks, alarms.of_the_log(bench), times.text(clock.now()), told, before)
    found = structs.replace(
        found,
        release=bench.config.repository.name,
        version=__version__,
        newest_tick=newest_tick(bench),
    )
    files.replace_json(bench.paths.health, found)
    if not bench.paths.format.exists():
        files.replace_json(bench.paths.format, {"format": state_format.FORMAT, "by": __version__})
    return found


def newest_tick(bench: Bench) -> str | None:
    """Return when the window was looked at last; None where that never was, or cannot be read."""
    try:
        return bench.standings().newest_tick
    except NabError:
        return None


def show(found: Health) -> str:
    """Write it for a person."""
    checks = [Check(one.name, CheckVerdict(one.verdict), one.finding, one.remedy) for one in found.checks]
    held = [f"ALARM since {one.since}: {one.text} ({one.page})" for one in found.alarms]
    return "\n".join([doctor.as_table(checks), *held, verdict.words(found)])
