"""Which submissions are listed, and in what order: all of them, unless a fault hides some."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from nab.tournament.play.uploads import Standing, Submission
from nab.tournament.play.visit import Visit


def listed(visit: Visit, existing: Iterable[Submission]) -> list[Submission]:
    """Return what a client is shown, oldest first."""
    faults = visit.house.faults
    found = [] if visit.sees_nothing else list(existing)
    late = faults.find("listed-late")
    if late is not None:
        hidden = timedelta(seconds=late.number("seconds"))
        found = [submission for submission in found if visit.since(submission.upload.inserted_at) >= hidden]
    flips = faults.find("queued-flips-late")
    if flips is not None:
        found = [flipping(visit, submission, flips.number("seconds")) for submission in found]
    if faults.find("out-of-order"):
        found.sort(key=lambda submission: uuid5(NAMESPACE_OID, submission.id))
    return found


def flipping(visit: Visit, submission: Submission, seconds: float) -> Submission:
    """Return a submission that stays queued for a while after its round has opened."""
    opens = visit.tournament.schedule.times(submission.round).opens
    waited = submission.upload.round < submission.round
    if waited and opens <= visit.now and visit.since(opens) < timedelta(seconds=seconds):
        return replace(submission, standing=Standing.QUEUED)
    return submission
