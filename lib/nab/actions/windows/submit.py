"""Fire an entrant's submit.sh in its own box, through the proxy that holds the key, and stop the box again."""

from __future__ import annotations

import stat
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import click

from nab.actions.bench import Bench
from nab.actions.boxes import agent_box, proxy
from nab.actions.disks import preflight, run_disks
from nab.actions.recording import predictions
from nab.actions.recording.calls.denials import Denials
from nab.actions.runs.ending import evidence
from nab.core.errors import FAILED, NabError
from nab.core.facts import AttemptEnded, AttemptStarted, Cause, UploadSeen
from nab.core.levels import Submits, submits
from nab.core.outcomes import attribution
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.runs.ending import responsibility
from nab.core.runs.ending.responsibility import Doing
from nab.core.runs.enrolments import Enrolment
from nab.core.runs.runs import Run
from nab.core.text import names, times
from nab.core.text.names import Choice
from nab.core.windows import attempts
from nab.core.windows.attempts import ScriptEnd
from nab.core.windows.rounds import Round
from nab.edges import clock
from nab.edges.docker import boxes, engine, networks
from nab.edges.files import files, locks, records
from nab.edges.kernel import processes
from nab.edges.untrusted import descriptors
from nab.paths import SUBMIT, AgentFolder

SCRIPT = "submit.sh"
KEPT_BYTES = 1 << 20
BEYOND_SECONDS = 10.0  # what a script that was told to end may take to do so


def has_script(workspace: AgentFolder) -> bool:
    """Say whether the agent left a submit.sh that is a regular file and can be executed."""
    left = descriptors.status(workspace, SCRIPT.encode())
    return left is not None and stat.S_ISREG(left.st_mode) and bool(left.st_mode & 0o111)


@dataclass(frozen=True)
class Firing:
    """One firing: for whom, for which round, and how many seconds it may take."""

    enrolment: Enrolment
    window: Round
    seconds: float

    @property
    def session(self) -> str:
        """Name the proxy's session in which this round is submitted."""
        return f"submit-{self.window.number}"


def fire(bench: Bench, turn: Firing) -> AttemptEnded:
    """Run submit.sh once. Raises NabError (busy) while it runs already; whatever else happens is on record."""
    enrolment, run = turn.enrolment, turn.enrolment.run
    note = partial(bench.log.append, entrant=enrolment.entrant, round=turn.window.number, run=run)
    with locks.held(bench.run(run).lock(SUBMIT), what=f"submit.sh of {enrolment.entrant}"):
        run_disks.attach(bench.run(run))
        hashed = descriptors.fingerprint(bench.run(run).workspace, SCRIPT.encode()) or ""
        try:
            with engine.in_words():
                box = bench.agent_box(run) or made_again(bench, run)
        except NabError as error:
            if not isinstance(error, engine.EngineSilent):  # else nothing is known: the next tick asks again
                note(AttemptStarted(container="", script=hashed))
                note(AttemptEnded(exit_code=None, seconds=0, cause=Cause.HARNESS, reason=error.message))
            raise
        note(AttemptStarted(container=box.id, script=hashed))
        try:
            ended = tried(bench, turn, box)
        finally:
            put_away(bench, run, box)
        note(ended)
        refused(bench, enrolment, turn.window)
        record_uploads(bench, turn)
    predictions.see_to(bench, run)
    return ended


def made_again(bench: Bench, name: str) -> boxes.Box:
    """Make a box anew that is gone, as all are on another machine. Raises NabError where that is more than its disk."""
    run = bench.runs()[name]
    if not can_be_made_again(run):
        raise NabError(f"the box of {run.entrant} is gone", hint="make run starts a new run")
    proxy.connect(bench, run)
    return agent_box.make_again(bench, run)


def can_be_made_again(run: Run) -> bool:
    """Say whether all that the agent could write lies on the run's disk: of an older run some was in the box itself."""
    return bool(run.intended.disk)


def tried(bench: Bench, turn: Firing, box: boxes.Box) -> AttemptEnded:
    """Run it, and judge how it ended."""
    began, at = clock.monotonic(), clock.now()
    try:
        with engine.in_words():
            code, taken = in_the_box(bench, turn, box)
            stands = proxy.stand(bench, turn.enrolment.run)
    except NabError as error:
        seconds = round(clock.monotonic() - began, 1)
        return AttemptEnded(exit_code=None, seconds=seconds, cause=Cause.HARNESS, reason=error.message)
    end = ScriptEnd(code, round(clock.monotonic() - began, 1), stands, taken)
    return attempts.judge(end, [call for call in calls(bench, turn) if is_since(call, at)])


def put_away(bench: Bench, run: str, box: boxes.Box) -> None:
    """Stop the box again. Where the engine cannot, the next tick does."""
    try:
        with engine.in_words():
            boxes.stop(bench.engine, box.id, grace_seconds=2)
            proxy.down(bench, run)
    except NabError as error:
        click.echo(f"nab: {error.message}", err=True)


def in_the_box(bench: Bench, turn: Firing, box: boxes.Box) -> tuple[int | None, Doing | None]:
    """Start the box again and run the script as the box's own user.

    Returns its exit code, and whose doing it was that the box did not go on to its end, if it did not.
    """
    run = bench.runs()[turn.enrolment.run]
    with proxy.beginning(bench, run, turn.session, light=True) as until_it_is_ready:
        networks.attach(bench.engine, names.network_name(run.name), box.id)
        started = boxes.start(bench.engine, box.id)  # nothing runs in it until it is told to
        until_it_is_ready()
    argv = ["timeout", "--kill-after=5", f"{turn.seconds:.0f}", f"./{SCRIPT}"]
    stream, execution = boxes.execute(bench.engine, box.id, argv, {"NAB_ROUND": str(turn.window.number)})
    # What the script leaves running may hold its output open: then only the end of the box ends the reading.
    late = threading.Event()
    with clock.after(turn.seconds + BEYOND_SECONDS, partial(end_late, bench, box, late)):
        keep = bench.run(run.name).submissions / f"{turn.window.number}.log"
        files.replace_stream(keep, stream, at_most=KEPT_BYTES)
        code = boxes.exit_code(bench.engine, execution)
    return code, None if code == 0 else taken(bench, run.name, started, late=late.is_set())


def end_late(bench: Bench, box: boxes.Box, late: threading.Event) -> None:
    """Stop a box whose script takes too long; that it was us is known before."""
    late.set()
    boxes.stop(bench.engine, box.id, grace_seconds=2)


def taken(bench: Bench, run: str, started: boxes.Box, *, late: bool) -> Doing | None:
    """Say whose doing it was that a box was held up, or ended before its script had; None where it was not."""
    start = evidence.Start(run, started.id, started.started_at, clock.boot_id())
    if words := responsibility.held_up(evidence.told(bench, start)):
        return Doing(Cause.HARNESS, words)
    if late or goes_on(bench, started):
        return None
    return evidence.of_start(bench, start, boxes.inspect(bench.engine, started.id)).doing


def goes_on(bench: Bench, started: boxes.Box) -> bool:
    """Say whether a box still works in the same start. Who ends one ends the script first: the engine learns later."""
    box = boxes.inspect(bench.engine, started.id)
    if not box or not box.works or box.started_at != started.started_at:
        return False
    if not processes.is_ending(started.pid):
        return True
    return not boxes.ended_within(bench.engine, started.id, boxes.KNOWN_WITHIN_SECONDS)


def is_since(call: Call, instant: datetime) -> bool:
    """Say whether a call began after an instant."""
    return bool(call.time) and times.parse(call.time) >= instant


def refused(bench: Bench, enrolment: Enrolment, window: Round) -> None:
    """Take what the proxy refused during the submission into the log."""
    denials = Denials(bench, enrolment.entrant, enrolment.run, window.number)
    denials.resume()
    denials.look(last=True)


def calls(bench: Bench, turn: Firing) -> list[Call]:
    """Read what the proxy recorded while this round was submitted."""
    record = bench.run(turn.enrolment.run).http
    found = lines.calls(records.lines(record))
    return [call for call in found if call.is_call and call.session == turn.session]


def record_uploads(bench: Bench, turn: Firing) -> None:
    """Keep the ids that Numerai gave, as the proxy saw them. Known ones are known."""
    for call in calls(bench, turn):
        if call.graphql and call.graphql.submission:
            bench.log.append(
                UploadSeen(submission=call.graphql.submission, by=attribution.SCHEDULER),
                entrant=turn.enrolment.entrant,
                round=turn.window.number,
                run=turn.enrolment.run,
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
        raise NabError("no round is open", hint="make status says when the next one opens")
    enrolment = enrolments[entrant]
    if submits(enrolment.enrolled.level) is Submits.BY_AGENT:
        told = enrolment.enrolled
        hint = f"make watch {Choice(told.agent, told.level, told.replica).words}"
        raise NabError(f"{entrant} submits by itself", hint=hint)
    if low := preflight.low_to_fire(bench):
        raise NabError(low, hint=preflight.REMEDY)
    run_disks.attach(bench.run(enrolment.run))
    if not has_script(bench.run(enrolment.run).workspace):
        raise NabError(f"{entrant} left no executable {SCRIPT}", exit_code=FAILED)
    limit = bench.config.settings.limits.submit_minutes * 60
    ended = fire(bench, Firing(enrolment, window, attempts.seconds(limit, window.closes, clock.now(), 1)))
    click.echo(f"round {window.number}: {ended.reason} ({ended.seconds:.0f} s)")
    if ended.exit_code != 0:
        raise NabError(
            f"submit.sh of {entrant} failed", hint="its output is in the run's folder", exit_code=FAILED
        )
