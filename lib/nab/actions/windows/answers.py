"""What Numerai answered of rounds and submissions, as facts."""

from __future__ import annotations

from collections.abc import Iterable

from nab.core.facts import Poll, RoundSeen, SubmissionSeen
from nab.core.outcomes.sightings import Sightings
from nab.core.text import times
from nab.core.windows.rounds import Round
from nab.edges.numerai.api import CLASSIC, NONE, Latest, Listed


def round_seen(one: Round, before: Round | None = None) -> RoundSeen:
    """Turn a round into a fact. A closeTime that is not told this time is the one that was told before."""
    ends = one.ends or (before.ends if before else None)
    return RoundSeen(
        opens=times.text(one.opens),
        closes_staking=times.text(one.closes),
        closes=times.text(ends) if ends else None,
    )


def poll(rows: list[Latest] | None) -> Poll:
    """Say whether a model was told of: one that is not listed at all is no answer about its submissions."""
    if rows is None:
        return Poll(ok=False, error="the account does not list the model")
    return Poll(ok=True, listed=sum(row.status != NONE for row in rows))


def reported(listed: Iterable[Listed]) -> Sightings:
    """Turn what Numerai lists into facts, by round and submission."""
    return {
        (one.round.number, one.id): SubmissionSeen(
            submission=one.id,
            status=one.status or "",
            selected=bool(one.selected),
            inserted_at=times.text(one.inserted_at),
            filename=one.filename or "",
            source=one.source_platform or "",
            error=one.error_info or "",
        )
        for one in listed
        if one.round is not None and one.round.tournament == CLASSIC
    }


def latest(rows: Iterable[Latest]) -> Sightings:
    """Turn what counts in each round into facts. Whatever counts there is the selected one."""
    return {
        (row.round_number, row.id): SubmissionSeen(
            submission=row.id,
            status=row.status or "",
            selected=True,
            inserted_at=times.text(row.timestamp),
            filename=row.filename or "",
        )
        for row in rows
        if row.id is not None and row.timestamp is not None
    }
