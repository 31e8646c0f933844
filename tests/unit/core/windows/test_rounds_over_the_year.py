"""Windows over changes of the clock, the end of a year and a leap day, on machines in other zones: as in UTC."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

MINUTE = timedelta(minutes=1)
# Saturday's windows last into Sunday, when clocks change; the last is a Thursday's over the end of a year.
OPENINGS = (
    "2026-03-28T12:00:00Z",
    "2026-10-24T12:00:00Z",
    "2026-03-07T12:00:00Z",
    "2026-10-31T12:00:00Z",
    "2026-12-31T23:40:00Z",
    "2028-02-28T23:40:00Z",
)
# As POSIX writes them, so that no table of zones is needed.
ZONES = {
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Pacific/Kiritimati": "<+14>-14",
    "Asia/Kolkata": "IST-5:30",
}


def told(written):
    """Say what is decided and said around a window of 26 hours, every half hour, and a year later."""
    from nab.core.facts import Poll, Tick
    from nab.core.health import alarms
    from nab.core.levels import Level
    from nab.core.outcomes import polling
    from nab.core.outcomes.evidence import gather
    from nab.core.outcomes.outcomes import outcome
    from nab.core.text import times
    from nab.core.windows import rounds
    from nab.core.windows.duties import BoxState, Listing, Situation, decide
    from nab.core.windows.rounds import Round
    from support.records.logs import RUN, WHO, Log, enrolled, round_seen

    opens = times.parse(written)
    window = Round(1269, opens, opens + timedelta(hours=26))
    log = Log()
    log.add(enrolled(), at=opens - timedelta(days=1), entrant=WHO, run=RUN)
    log.add(round_seen(window), at=opens, round=1269)
    said = []
    for step in (*range(-2, 58), 365 * 48):
        now = opens + step * 30 * MINUTE
        current = window if now >= opens else None
        facts = Situation(
            Level.L3,
            rounds.window(current, now),
            True,
            Listing.NOTHING,
            True,
            BoxState.STOPPED,
            False,
            rounds.is_closing(window, now),
            no_room=False,
        )
        action, reason = decide(facts)
        log.add(Tick(window=facts.window.value, decisions={WHO: (action.value, reason.value)}), at=now)
        log.add(Poll(ok=True), at=now, entrant=WHO)
        known = gather(log.events)
        said.append([step, action.value, reason.value, times.text(now)])
        said.append([outcome(known, WHO, window, now).words, polling.pace([window], now).because])
        said.append(
            [alarm.key for alarm in alarms.alarms(log.events, now, live=True, firing=timedelta(minutes=30))]
        )
    return said


@pytest.mark.parametrize("written", OPENINGS)
def test_a_window_is_open_for_as_long_as_numerai_says_whatever_clocks_do(written):
    fired = [one for one in told(written) if len(one) == 4 and one[1] == "fire"]

    assert [one[0] for one in fired] == list(range(52))


@pytest.mark.full
@pytest.mark.parametrize("zone", ZONES)
def test_a_machine_in_another_zone_decides_and_says_the_same(zone):
    environment = {**os.environ, "TZ": ZONES[zone], "PYTHONPATH": os.pathsep.join(sys.path)}
    there = subprocess.run(
        [sys.executable, __file__], env=environment, capture_output=True, text=True, check=True
    )
    offset, elsewhere = json.loads(there.stdout)

    assert offset != 0, "the zone did not take effect"
    assert elsewhere == [told(written) for written in OPENINGS]


if __name__ == "__main__":
    local = datetime.fromisoformat(OPENINGS[0]).astimezone(None).utcoffset()
    assert datetime.now(UTC).tzinfo is UTC
    print(json.dumps([local.total_seconds(), [told(written) for written in OPENINGS]]))
