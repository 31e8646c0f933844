"""How far the sync has got: state/sync/last.json, and the facts about it that belong into the event log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec.structs import replace

from nab.actions.bench import Bench
from nab.actions.upkeep.sync import lag
from nab.actions.upkeep.sync.aside import Asides
from nab.actions.upkeep.sync.push import Pushing
from nab.actions.upkeep.sync.stage import Stage
from nab.core.errors import BUSY, FAILED, USAGE, NabError
from nab.core.facts import SyncFailing, SyncRecovered, tag, tags
from nab.core.text import times
from nab.core.upkeep.secrets.verdicts import SECRET
from nab.core.upkeep.sync import queue
from nab.core.upkeep.sync.answers import Answer, Said
from nab.core.upkeep.sync.lag import Last
from nab.core.upkeep.sync.lag_words import LOUD_SECONDS
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files
from nab.edges.git import mirror

OF_A_FAILURE = tags(SyncFailing, SyncRecovered)
REMEDIES: dict[Answer, tuple[str, int]] = {
    Answer.BEHIND: ("the next tick tries again; one branch is for one installation alone", BUSY),
    Answer.REFUSED: (
        "what the remote named stays here from the next tick on; docs/sync.md tells the rest",
        FAILED,
    ),
    Answer.DENIED: ("is the key there, and may it write? docs/sync.md tells how to make one", USAGE),
    Answer.STRANGER: ("compare the host's key with what it publishes, and put it into known_hosts", USAGE),
    Answer.ABSENT: ("make the repository, or correct sync.remote in nab.toml", USAGE),
    Answer.LATE: ("the next tick goes on; over a slow line raise sync.push_seconds", BUSY),
    Answer.UNREACHABLE: ("what waits is kept here; the next tick tries again", BUSY),
    Answer.FAILED: ("the next tick tries again", FAILED),
    Answer.WITHHELD: ("the next tick makes it again without that", FAILED),
}


def refused(bench: Bench) -> tuple[str, ...]:
    """Return the paths that the remote does not want. The file may be deleted to try them again."""
    try:
        return msgspec.json.decode((bench.paths.sync / "refused.json").read_bytes(), type=tuple[str, ...])
    except (FileNotFoundError, msgspec.MsgspecError):
        return ()


def noted(bench: Bench, stage: Stage, pushing: Pushing, said: Said, asides: Asides) -> Last:
    """Write down how far it has got."""
    before = last_noted(bench)
    if pushing.refused:
        paths = sorted({*refused(bench), *pushing.refused})
        files.replace_json(bench.paths.sync / "refused.json", paths)
    now = Last(
        remote=pushing.remote.address,
        branch=pushing.remote.branch,
        checked=times.text(clock.now()),
        seq=stage.known.events.seq,
        unstaged=stage.unfinished,
        push_bytes=pushing.batch_bytes,
        aside={piece: one.why for piece, one in asides.items()},
    )
    now = waits(there(counts(now, stage), pushing, said, before), pushing)
    now = told(bench, failing(now, said, before), before)
    files.replace_json(lag.file_of(bench), now)
    return now


def counts(now: Last, stage: Stage) -> Last:
    """Count what stays here, and the secrets that were looked for."""
    rows = stage.known.rows.values()
    withheld = sum(row.reason.startswith(SECRET) for row in rows)
    left_out = len(rows) - withheld + sum(map(len, stage.known.listed.values()))
    looks_for = len({*stage.judge.scanner.names.values()})
    return replace(now, withheld=withheld, left_out=left_out, looks_for=looks_for)


def last_noted(bench: Bench) -> Last:
    """Return what the last tick noted; where that is gone, what the log tells of a failure that is not over."""
    if (noted := lag.last(bench)) is not None:
        return noted
    facts = (event.fact for event in reversed(bench.log.events()) if event.kind in OF_A_FAILURE)
    newest = next(facts, None)
    return Last(failing_since=newest.since, told=True) if isinstance(newest, SyncFailing) else Last()


def there(now: Last, pushing: Pushing, said: Said, before: Last) -> Last:
    """Tell what is at the remote."""
    arrived = pushing.arrived or said.answer is Answer.TAKEN
    if not arrived or not pushing.tip:
        return replace(now, arrived=before.arrived, arrived_seq=before.arrived_seq, commit=before.commit)
    seq = queue.seq(mirror.subject(pushing.remote.mirror, pushing.tip))
    return replace(now, arrived=now.checked, arrived_seq=seq, commit=pushing.tip)


def waits(now: Last, pushing: Pushing) -> Last:
    """Tell what is not there yet."""
    waiting = mirror.queue(pushing.remote.mirror, pushing.tip)
    if not waiting:
        return now
    since, size = times.text(times.of_seconds(waiting[0].at)), sum(one.size for one in waiting)
    return replace(now, waiting=len(waiting), waiting_bytes=size, waiting_since=since)


def failing(now: Last, said: Said, before: Last) -> Last:
    """Note since when it fails, and why."""
    if said.answer is Answer.TAKEN:
        return now
    words = f"{said.answer.value}: {said.words}" if said.words else said.answer.value
    since = before.failing_since or now.checked
    return replace(now, error=words, failing_since=since, told=before.told)


def told(bench: Bench, now: Last, before: Last) -> Last:
    """Tell the log when nothing has arrived for a while, and when all has: once each."""
    if not now.error and before.told:
        since = times.parse(before.failing_since)
        seconds = (clock.now() - since).total_seconds()
        over = SyncRecovered(since=before.failing_since, seconds=round(seconds, 1))
        bench.log.append(over, id=f"{tag(over)}:{over.since}")
        failpoints.reach(Failpoint.SYNC_TOLD)
    elif now.error and not now.told:
        seconds = (times.parse(now.checked) - times.parse(now.failing_since)).total_seconds()
        if seconds > LOUD_SECONDS:
            error = now.error.partition(":")[0]  # what a remote says stays out of the log
            failing = SyncFailing(since=now.failing_since, error=error)
            bench.log.append(failing, id=f"{tag(failing)}:{failing.since}")
            failpoints.reach(Failpoint.SYNC_TOLD)
            return replace(now, told=True)
    return now


@contextmanager
def failures_noted(bench: Bench) -> Iterator[None]:
    """Note what keeps a tick from its end, for make status, and pass it on."""
    try:
        yield
    except (NabError, OSError) as error:
        before, now = last_noted(bench), times.text(clock.now())
        words = error.message if isinstance(error, NabError) else str(error)
        since = before.failing_since or now
        settings = bench.config.settings.sync
        noted = replace(before, remote=settings.remote, checked=now, error=words, failing_since=since)
        files.replace_json(lag.file_of(bench), told(bench, noted, before))
        raise


def trouble(said: Said, address: str) -> NabError | None:
    """Say what the remote's answer means for whoever started the tick."""
    if said.answer is Answer.TAKEN:
        return None
    hint, exit_code = REMEDIES[said.answer]
    words = f" ({said.words})" if said.words else ""
    return NabError(f"{address}: {said.answer.value}{words}", hint=hint, exit_code=exit_code)
