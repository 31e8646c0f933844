"""Facts of rounds: windows, looks, firings, submissions."""

from __future__ import annotations

from nab.core.facts.base import Cause, Fact


class RoundSeen(Fact, frozen=True, tag="round.seen"):
    """The API told us of a round, or changed what it says of it.

    `closes_staking` is the deadline for being on time. `closes` (the API's closeTime) comes later and decides nothing;
    older logs and an API that does not say leave it out.
    """

    opens: str
    closes_staking: str
    closes: str | None = None


class Tick(Fact, frozen=True, tag="tick"):
    """One look of the window watcher: an action and a reason for every enrolled entrant."""

    window: str
    decisions: dict[str, tuple[str, str]]
    skew_seconds: float | None = None
    engine: str = ""  # why the Docker engine could not be asked
    asked: int = 0  # how many questions Numerai was asked


class AttemptStarted(Fact, frozen=True, tag="attempt.started"):
    """submit.sh is about to be fired in the entrant's own box."""

    container: str
    script: str


class AttemptEnded(Fact, frozen=True, tag="attempt.ended"):
    """submit.sh came to an end, or could not be fired at all (no exit code)."""

    exit_code: int | None
    seconds: float
    cause: Cause
    reason: str


class UploadSeen(Fact, frozen=True, tag="upload.seen"):
    """The proxy saw Numerai answer an upload with a submission's id.

    `by` is who made it: scheduler, session:NAME, leftover:IDENTITY or unknown, and then `candidates` are those who
    may have. `how` we know: port, connection, alone. Older logs say nothing.
    """

    submission: str
    by: str = ""
    how: str = ""
    candidates: tuple[str, ...] = ()


class TroubleSeen(Fact, frozen=True, tag="trouble.seen"):
    """Numerai failed an agent that submits by itself: how many of its calls in a window, and how."""

    calls: int
    failed: int
    example: str


class Poll(Fact, frozen=True, tag="poll"):
    """We asked Numerai what it lists for an entrant's model. `valid` is by Numerai's clock, if that is not ours."""

    ok: bool
    listed: int = 0
    error: str = ""


class SubmissionSeen(Fact, frozen=True, tag="submission.seen"):
    """Numerai lists a submission, as it was at this poll."""

    submission: str
    status: str
    selected: bool
    inserted_at: str
    filename: str = ""
    source: str = ""
    error: str = ""  # why Numerai does not take it


class OutcomeChanged(Fact, frozen=True, tag="outcome.changed"):
    """A published outcome turned out differently; `because` are the seqs of the evidence."""

    old: str
    new: str
    because: tuple[int, ...]
