"""What was uploaded, kept as it came; which round it counts for is worked out anew for each question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_OID, uuid5

from nab.tournament.rounds.schedule import Schedule


class Standing(StrEnum):
    """Numerai's words for a submission of a round."""

    ON_TIME = "on-time"
    LATE = "late"
    QUEUED = "queued"


@dataclass(frozen=True)
class Origin:
    """Where an upload says it came from."""

    source: str | None
    trigger: str | None
    address: str


@dataclass(frozen=True)
class Upload:
    """A valid upload. `round` is the one that was newest when it came."""

    id: str
    model: str
    filename: str
    inserted_at: datetime
    round: int
    origin: Origin


@dataclass(frozen=True)
class Submission:
    """An upload seen from one round."""

    id: str
    round: int
    standing: Standing
    upload: Upload


def submissions(upload: Upload, schedule: Schedule, now: datetime) -> Iterator[Submission]:
    """Yield what an upload is now: on time for its round; or late for it and queued for the next.

    The queued one becomes on time when the next round opens.
    """
    if upload.inserted_at <= schedule.times(upload.round).closes_on_time:
        yield Submission(upload.id, upload.round, Standing.ON_TIME, upload)
        return
    yield Submission(upload.id, upload.round, Standing.LATE, upload)
    following = upload.round + 1
    waits = now < schedule.times(following).opens
    yield Submission(queued_id(upload), following, Standing.QUEUED if waits else Standing.ON_TIME, upload)


def queued_id(upload: Upload) -> str:
    """Return the id of the copy that waits for the next round."""
    return str(uuid5(NAMESPACE_OID, f"{upload.id} queued"))


def all_submissions(uploads: Iterable[Upload], schedule: Schedule, now: datetime) -> list[Submission]:
    """Return every submission that exists now, oldest first."""
    past = (upload for upload in uploads if upload.inserted_at <= now)
    return [submission for upload in past for submission in submissions(upload, schedule, now)]


def selected(existing: Iterable[Submission]) -> dict[tuple[str, int], Submission]:
    """Return the submission that counts for each model and round: the latest valid one.

    One in time is never displaced by a late one: late uploads do not undo a submitted round.
    """
    chosen: dict[tuple[str, int], Submission] = {}
    for submission in sorted(existing, key=lambda s: (s.standing is not Standing.LATE, s.upload.inserted_at)):
        chosen[submission.upload.model, submission.round] = submission
    return chosen
