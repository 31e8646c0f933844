"""An experiment thrown away: its boxes, its disks, all that was recorded of it, and its enrolment."""

from __future__ import annotations

import shutil

import click

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.disks import run_disks
from nab.actions.log import derived
from nab.core.claims import families
from nab.core.errors import FAILED, NabError
from nab.core.facts import RunForgotten, RunIntended, SubmissionSeen, UploadSeen
from nab.core.log.events import Event
from nab.core.runs import choice
from nab.core.runs.states import RunState
from nab.core.upkeep import disks
from nab.edges.docker import boxes
from nab.edges.untrusted import folder_sizes, removal
from nab.paths import AgentFolder


def forget(bench: Bench, given: str, *, dry_run: bool = False) -> None:
    """Throw a run away; a dry run says what would go. Safe to repeat: what a crash left goes the next time.

    Raises NabError where it goes on, where it is on the public record, and where something of it could not go.
    """
    name, entrant = meant(bench, given)
    folder = AgentFolder(bench.run(name).root)
    size = folder_sizes.whole(folder).room.bytes if bench.run(name).root.exists() else 0
    if name in bench.runs():
        refuse(bench, name)
    if dry_run:
        click.echo(f"{name} would go: its boxes, {disks.gib(size)} of records and files, its enrolment")
        return
    with bench.deciding():
        if name in bench.runs():
            refuse(bench, name)  # it may have begun to do something since
            fact = RunForgotten(bytes=size)
            bench.log.append(fact, entrant=entrant, run=name, id=f"{name}:forgotten")
        proxy.down(bench, name)
        for box in bench.find_boxes(name):
            boxes.remove(bench.engine, box.id)
        run_disks.detach(bench.run(name))
        removal.remove(folder)
    for rows in bench.paths.store.glob(f"*/{name}"):
        shutil.rmtree(rows, ignore_errors=True)
    (bench.paths.entrants / f"{entrant}.json").unlink(missing_ok=True)  # made again where there is more of it
    derived.publish(bench)
    click.echo(f"{name} is gone ({disks.gib(size)}); the event log says so, and keeps what it says of it")


def meant(bench: Bench, given: str) -> tuple[str, str]:
    """Return the run that is meant, and whose it is: one that is there, or that was thrown away and not all of it went.

    Raises NabError for none: here the newest is not meant by saying nothing.
    """
    events = bench.log.events()
    left = {
        event.run: event.entrant or ""
        for event in events
        if isinstance(event.fact, RunForgotten) and event.run and bench.run(event.run).root.exists()
    }
    known = left | {name: run.entrant for name, run in bench.runs().items()}
    if not given and known:
        hint = f"make forget RUN={list(known)[-1]} throws the newest away; DRY_RUN=1 says what would go"
        raise NabError("which run is to go? RUN is missing", hint=hint)
    name = choice.named(list(known), given)
    return name, known[name]


def refuse(bench: Bench, name: str) -> None:
    """Raise NabError where a run may not be thrown away."""
    run = bench.runs()[name]
    if run.state is not RunState.ENDED or bench.attended(name):
        raise NabError(f"{name} still goes on", hint=f"make stop RUN={name}", exit_code=FAILED)
    if why := public(bench, name, bench.log.events()):
        hint = "it stays; make gc frees what may go of it"
        raise NabError(f"{name} is on the public record: {why}", hint=hint, exit_code=FAILED)


def public(bench: Bench, name: str, events: list[Event]) -> str:
    """Say why others may rely on a run; nothing where nobody outside can know of it."""
    settings = bench.config.settings
    for family in families.families(events).values():
        if name in family.fact.members:
            return f"claims of the family {family.name} were registered for it"
    if settings.sync.remote:
        return f"the state is copied to {settings.sync.remote}"
    entrant = bench.runs()[name].entrant
    if settings.tournament.kind == "live" and was_submitted(events, name, entrant):
        return "Numerai has submissions of it"
    return ""


def was_submitted(events: list[Event], name: str, entrant: str) -> bool:
    """Say whether anything of an entrant reached Numerai since a run of it began."""
    begun = False
    for event in events:
        begun = begun or (event.run == name and isinstance(event.fact, RunIntended))
        if begun and event.entrant == entrant and isinstance(event.fact, UploadSeen | SubmissionSeen):
            return True
    return False
