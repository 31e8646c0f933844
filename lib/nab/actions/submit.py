"""Fire an entrant's submit.sh in its own box, through the proxy that holds the key, and stop the box again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import click

from nab.actions import preflight, run_disks, surroundings
from nab.actions.bench import Bench
from nab.actions.denials import Denials
from nab.core import attribution
from nab.core.calls import Call, read
from nab.core.errors import FAILED, NabError
from nab.core.facts import AttemptEnded, AttemptStarted, Cause, UploadSeen
from nab.core.rounds import Round
from nab.core.runs import Enrolment, runs
from nab.edges import boxes, clock, files, locks, networks, packed

SCRIPT = "submit.sh"
TIMED_OUT = 124  # what timeout(1) says
KEPT_BYTES = 1 << 20
LEAST_SECONDS = 10.0


def script(workspace: Path) -> Path | None:
    """Return the submit.sh that the agent left, if it is a regular file that can be executed."""
    left = workspace / SCRIPT
    if left.is_symlink() or not left.is_file():
        return None
    return left if left.stat().st_mode & 0o111 else None


def fire(bench: Bench, enrolment: Enrolment, window: Round) -> AttemptEnded:
    """Run submit.sh once. Raises NabError (busy) while it runs already; whatever else happens is on record."""
    run = enrolment.run
    note = partial(bench.log.append, entrant=enrolment.entrant, round=window.number, run=run)
    with locks.held(bench.run(run).lock("submit"), what=f"submit.sh of {enrolment.entrant}"):
        box = bench.agent_box(run)
        if box is None:
            raise NabError(f"the box of {enrolment.entrant} is gone", hint="make run starts a new run")
        run_disks.attach(bench.run(run))
        hashed = files.fingerprint(bench.run(run).workspace / SCRIPT) or ""
        note(AttemptStarted(container=box.id, script=hashed))
        began = clock.monotonic()
        try:
            code = in_the_box(bench, enrolment, box, window)
            ended = judged(bench, run, window, code, clock.monotonic() - began)
        except NabError as error:
            seconds = round(clock.monotonic() - began, 1)
            ended = AttemptEnded(exit_code=None, seconds=seconds, cause=Cause.HARNESS, reason=error.message)
        finally:
            boxes.stop(bench.engine, box.id, grace_seconds=2)
            surroundings.down(bench, run)
        note(ended)
        refused(bench, enrolment, window)
        record_uploads(bench, enrolment, window)
    return ended


def session(window: Round) -> str:
    """Name the proxy's session in which this round is submitted."""
    return f"submit-{window.number}"


def in_the_box(bench: Bench, enrolment: Enrolment, box: boxes.Box, window: Round) -> int | None:
    """Start the box again, run the script as the box's own user, and return its exit code."""
    run = runs(bench.log.events())[enrolment.run]
    surroundings.up(bench, run, session(window), light=True)
    networks.attach(bench.engine, surroundings.network_name(enrolment.run), box.id)
    boxes.start(bench.engine, box.id)
    seconds = time_limit(bench, window.closes, clock.now())
    argv = ["timeout", "--kill-after=5", f"{seconds:.0f}", f"./{SCRIPT}"]
    stream, execution = boxes.execute(bench.engine, box.id, argv, {"NAB_ROUND": str(window.number)})
    keep = bench.run(enrolment.run).submissions / f"{window.number}.log"
    files.replace_stream(keep, stream, at_most=KEPT_BYTES)
    return boxes.exit_code(bench.engine, execution)


def time_limit(bench: Bench, closes: datetime, now: datetime) -> float:
    """Return how many seconds the script may take: its budget, or what is left of the window."""
    left = (closes - now).total_seconds()
    return max(LEAST_SECONDS, min(bench.config.settings.limits.submit_minutes * 60, left))


def refused(bench: Bench, enrolment: Enrolment, window: Round) -> None:
    """Take what the proxy refused during the submission into the log."""
    denials = Denials(bench, enrolment.entrant, enrolment.run, window.number)
    denials.resume()
    denials.look(last=True)


def judged(bench: Bench, run: str, window: Round, code: int | None, seconds: float) -> AttemptEnded:
    """Say how the firing ended and, if nothing comes of it, whose doing that would be."""
    cause, reason = Cause.AGENT, f"submit.sh ended with exit code {code}"
    if code is None:
        cause, reason = Cause.HARNESS, "the engine did not say how submit.sh ended"
    elif code != 0 and not surroundings.stand(bench, run):
        cause, reason = Cause.HARNESS, f"{reason}, and the proxy had ended meanwhile"
    elif code == 0:
        cause, reason = Cause.UNKNOWN, "submit.sh ended well"
    elif code == TIMED_OUT:
        reason = f"submit.sh was ended after {seconds:.0f} s"
    elif numerai_failed(bench, run, window):
        cause, reason = Cause.NUMERAI, f"{reason}, and Numerai had answered with errors"
    return AttemptEnded(exit_code=code, seconds=round(seconds, 1), cause=cause, reason=reason)


def calls(bench: Bench, run: str, window: Round) -> list[Call]:
    """Read what the proxy recorded while this round was submitted."""
    record = bench.run(run).http
    if not packed.there(record):
        return []
    with packed.opened(record) as lines:
        return [call for call in read(lines) if call.is_call and call.session == session(window)]


def numerai_failed(bench: Bench, run: str, window: Round) -> bool:
    """Say whether Numerai itself failed us: no answer, or a 5xx."""
    return any(
        call.category.startswith("numerai") and (call.error or (call.status or 0) >= 500)
        for call in calls(bench, run, window)
        if call.denied is None  # that was our own answer
    )


def record_uploads(bench: Bench, enrolment: Enrolment, window: Round) -> None:
    """Keep the ids that Numerai gave, as the proxy saw them. Known ones are known."""
    for call in calls(bench, enrolment.run, window):
        if call.graphql and call.graphql.submission:
            bench.log.append(
                UploadSeen(submission=call.graphql.submission, by=attribution.SCHEDULER),
                entrant=enrolment.entrant,
                round=window.number,
                run=enrolment.run,
                id=f"upload:{call.graphql.submission}",
            )


def by_hand(bench: Bench, entrant: str, window: Round | None) -> None:
    """Fire for one entrant because a person asked. Raises NabError when there is no open window or no script."""
    enrolments = bench.standings().enrolments
    if entrant not in enrolments:
        names = ", ".join(sorted(enrolments)) or "nobody"
        raise NabError(
            f"{entrant} is not enrolled", hint=f"enrolled: {names}; make run enrols at the run's end"
        )
    if window is None:
        raise NabError("no round is open", hint="scripts/watch_window.py waits for one")
    enrolment = enrolments[entrant]
    if low := preflight.low_to_fire(bench):
        raise NabError(low, hint=preflight.REMEDY)
    run_disks.attach(bench.run(enrolment.run))
    if script(bench.run(enrolment.run).workspace) is None:
        raise NabError(f"{entrant} left no executable {SCRIPT}", exit_code=FAILED)
    ended = fire(bench, enrolment, window)
    click.echo(f"round {window.number}: {ended.reason} ({ended.seconds:.0f} s)")
    if ended.exit_code != 0:
        raise NabError(
            f"submit.sh of {entrant} failed", hint="its output is in the run's folder", exit_code=FAILED
        )
