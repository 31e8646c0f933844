"""What moves a tournament on: time passing, time that is skipped, and faults that are switched on and off."""

from __future__ import annotations

from datetime import datetime, timedelta

from nab.edges import clock
from nab.tournament.play import changes
from nab.tournament.play.blobs import LIFETIME
from nab.tournament.play.faults import Fault
from nab.tournament.play.visit import House
from nab.tournament.rounds import moments
from nab.tournament.rounds.moments import Until

BRIEFLY = 0.002  # seconds: a round is open to numerapi only after the instant of its opening


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
    """Have the tournament's clock go ahead by so much, with everything that happens in that time."""
    changes.move_clock(house.tournament, by)
    step(house)


def advance(house: House, how_far: timedelta | Until | None) -> list[str]:
    """Have what lies ahead come now, wait until it has (a second at most), and tell what it was."""
    tournament = house.tournament
    done = changes.advance(tournament, how_far)
    while (left := done.at - tournament.clock.now()) >= timedelta():
        clock.pause(left.total_seconds() + BRIEFLY)
    told = moments.described(done.passed, done.at) or ["nothing was due in that time"]
    for line in told:
        tournament.say(f"advanced: {line}")
    step(house)
    return told


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
