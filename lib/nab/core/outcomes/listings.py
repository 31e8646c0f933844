"""What Numerai lists for an entrant in the current round, as far as a decision needs it."""

from __future__ import annotations

from datetime import datetime

from nab.core.facts import SubmissionSeen, UploadSeen
from nab.core.outcomes.evidence import Evidence, of
from nab.core.outcomes.outcomes import GRACE
from nab.core.text import times
from nab.core.windows.duties import Listing
from nab.core.windows.rounds import Round


def listing(known: Evidence, entrant: str, window: Round, now: datetime, *, answered: bool) -> Listing:
    """Say it from the log, which has this tick's answer. What was listed once was listed, whatever is said now."""
    events = known.about.get((entrant, window.number), [])
    listed = {seen.submission: seen for _, seen in of(events, SubmissionSeen)}
    valid = [seen for seen in listed.values() if not seen.error]
    if any(times.parse(seen.inserted_at) >= window.opens for seen in valid):
        return Listing.LISTED
    if any(times.parse(event.known) > now - GRACE for event, _ in of(events, UploadSeen)):
        return Listing.UPLOADED
    if not answered:
        return Listing.UNKNOWN
    return Listing.CARRIED if valid else Listing.NOTHING
