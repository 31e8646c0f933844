"""What moves a tournament on: time passing, time that is skipped, and faults that are switched on and off."""

from __future__ import annotations

from datetime import datetime, timedelta

from nab.tournament.play import changes
from nab.tournament.play.blobs import LIFETIME
from nab.tournament.play.faults import Fault
from nab.tournament.play.visit import House
from nab.tournament.rounds.schedule import LONG_DAYS

LOOKED_BACK = 70
JUST_AFTER = timedelta(milliseconds=1)


def step(house: House) -> None:
    """Bring the tournament up to the present, and run one waiting diagnostics job."""
    tournament = house.tournament
    with tournament.stepping:
        now = tournament.clock.now()
        tournament.advance(now)
        if house.faults.find("stuck-diagnostics"):
            tournament.diagnostics.stall(now)
        else:
            tournament.diagnostics.step(house.shelves.dataset, house.shelves.uploads / "diagnostics", now)
        tidy(house, now)


def tidy(house: House, now: datetime) -> None:
    """Remove uploaded files that nobody needs any more."""
    tournament = house.tournament
    old = tournament.ledger.old_files(now - LIFETIME, tournament.settled_below - 1)
    for name, kind in old:
        (house.shelves.uploads / kind / name).unlink(missing_ok=True)
    if old:
        tournament.ledger.take_back([name for name, _ in old])


def move(house: House, by: timedelta) -> None:
    """Let that much time pass at once, with everything that happens in it."""
    changes.move_clock(house.tournament, by)
    step(house)


def until_next_event(house: House) -> timedelta:
    """Return how long it is until a round opens, closes or is scored."""
    tournament = house.tournament
    schedule, now = tournament.schedule, tournament.clock.now()
    newest = schedule.newest(now)
    window = schedule.times(newest)
    events = [window.closes_on_time, schedule.times(newest + 1).opens]
    for number in tournament.rounds()[-LOOKED_BACK:]:
        coming = (schedule.scored_at(number, day) for day in range(1, LONG_DAYS + 1))
        events += [next((at for at in coming if at > now), now)]
    return min(at for at in events if at > now) - now + JUST_AFTER


def switch_on(house: House, fault: Fault) -> None:
    """Switch a fault on; rounds that open late are settled now, and stay so."""
    house.faults.add(fault)
    if fault.name == "late-open":
        tournament = house.tournament
        newest, late = tournament.schedule.newest(tournament.clock.now()), fault.number("seconds")
        for number in range(newest + 1, newest + 1 + int(fault.number("rounds"))):
            changes.delay(tournament, number, timedelta(seconds=late))


def switch_off(house: House, name: str | None) -> list[str]:
    """Switch one fault off, or all; rounds still to open are in time again."""
    cleared = house.faults.clear(name)
    if "late-open" in cleared:
        changes.undelay(house.tournament)
    return cleared
