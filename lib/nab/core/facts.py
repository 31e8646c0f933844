"""What may be written into the event log: one struct a kind, unknown keys refused.

Who and which round it is about (entrant, round, run) stands beside the fact, in the event itself.
Instants are ISO-8601 text in UTC (`nab.core.times`), durations are seconds.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from nab.core.levels import Level
from nab.core.sessions.adapters import Kind


class Cause(StrEnum):
    """Whose doing it was. A miss that we caused never counts against an agent."""

    AGENT = "agent"
    HARNESS = "harness"
    NUMERAI = "numerai"
    UNKNOWN = "unknown"


class Ending(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    ORPHANED = "orphaned"


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """Something that was seen or decided."""


class RunIntended(Fact, frozen=True, tag="run.intended"):
    """A run is about to be made. Written before anything is asked of the engine."""

    agent: str
    level: Level
    model: str
    model_id: str
    image: str
    digests: dict[str, str]
    budget_seconds: float | None  # of working time; None: there is no limit
    objective_sha256: str
    slot: str
    gpus: tuple[str, ...] = ()  # those of its slot; none: all that there are
    siblings: dict[str, str] = {}  # the account's other models, name -> id: hidden from the agent
    llm: str = ""  # the language model that a coding agent is told to use
    prompt_version: str = ""
    prompt_sha256: str = ""
    program: dict[str, str] = {}  # a coding agent's npm package: package, version, integrity, lock
    scripted: bool = False  # its models were those of scripts/models.py
    tells_leftovers: bool = False  # a later session is told what an earlier one left running
    disk: str = ""  # how the limit of what its agent writes is kept: fixed or watched (nab.core.disks)
    disk_bytes: int = 0
    disk_files: int = 0


class RunStarting(Fact, frozen=True, tag="run.starting"):
    """It is the run's turn, and its box is about to be made or started. Written before the engine is asked."""


class RunCreated(Fact, frozen=True, tag="run.created"):
    """The box exists. Written before it is started. A box that was lost is followed by another of the same run."""

    container: str


class RunStarted(Fact, frozen=True, tag="run.started"):
    """The agent's program runs, since the engine's StartedAt."""

    started_at: str


class BoxEnded(Fact, frozen=True, tag="box.ended"):
    """A run's box ended, or is gone, without our doing, and the run is to go on: in a new start of it, from `again_at`.

    `cause` is harness where the machine or the engine took it, agent where what ran in it did.
    """

    container: str
    started_at: str
    cause: Cause
    reason: str
    again_at: str
    exit_code: int | None = None
    oom_kills: int | None = None
    finished_at: str | None = None


class BoxStarted(Fact, frozen=True, tag="box.started"):
    """The box of a run that had lost it runs again, since the engine's StartedAt."""

    container: str
    started_at: str


class RunAdopted(Fact, frozen=True, tag="run.adopted"):
    """Another process took over the care of a run whose launcher had gone."""

    found: str


class RunStopping(Fact, frozen=True, tag="run.stopping"):
    """We are about to stop the box."""

    reason: str


class RunEnded(Fact, frozen=True, tag="run.ended"):
    """The run is over; nothing of it is running."""

    ending: Ending
    cause: Cause
    reason: str
    exit_code: int | None = None
    oom_kills: int | None = None
    started_at: str | None = None
    finished_at: str | None = None
    submit_script: str | None = None


class SessionStarted(Fact, frozen=True, tag="session.started"):
    """A coding agent's program is about to be started. `mode` is first, resume or fresh (without a memory)."""

    session: str
    mode: str
    conversation: str
    because: str = ""
    leftovers: tuple[str, ...] = ()  # what it is told of that goes on, a line each
    submitted: str = ""  # what an agent that submits by itself is told of its newest submission
    notes: str = ""  # the end of its own notes, which an agent that goes on for ever is told


class SessionEnded(Fact, frozen=True, tag="session.ended"):
    """A coding agent's program ended. `conversation` is its own id of what was said, by which it is resumed.

    `exit_code` is -N for signal N, None where nobody saw it end. `said` and `calls` count messages and tool calls.
    `quiet_seconds` is how long it waited for its provider within the session, as the proxy saw it.
    """

    session: str
    ending: Kind
    reason: str
    began: str
    ended: str
    exit_code: int | None = None
    conversation: str = ""
    retry_at: str | None = None
    oom_kills: int = 0
    said: int = 0
    calls: int = 0
    quiet_seconds: float = 0.0


class Intervened(Fact, frozen=True, tag="intervention"):
    """We did something to a run that its agent notices: what, and in which words."""

    what: str
    text: str


class OrphanSeen(Fact, frozen=True, tag="orphan.seen"):
    """A process outlived the session that began it. `since` is that session's end, `pid` as the box counts.

    `identity` (boot, the host's pid, start) is no other process's. What it begins itself is counted with it.
    """

    identity: str
    argv: str
    session: str
    since: str
    pid: int
    began: str = ""


class OrphanEnded(Fact, frozen=True, tag="orphan.ended"):
    """Such a process is gone, with the CPU seconds that it and its children had used when they were seen last.

    `ended` is when that was noticed; no CPU seconds where whoever had looked was gone too.
    """

    identity: str
    ended: str
    cpu_seconds: float | None = None


class TurnBegan(Fact, frozen=True, tag="turn.began"):
    """A run's box was awake from here on. `beside`: in an open window, beside whoever has the slot."""

    because: str
    beside: bool = False


class TurnEnded(Fact, frozen=True, tag="turn.ended"):
    """A run's box was about to be paused, or its end was noticed.

    `active_seconds` is what the ledger counted by then; a loss that is learned of later is taken off in the fold.
    CPU and GPU seconds are those of the samples of this turn, None where nothing was sampled.
    """

    because: str
    active_seconds: float
    cpu_seconds: float | None = None
    gpu_seconds: float | None = None
    beside: bool = False


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tokens, in the words of docs/capture.md: `input` was in no cache, `reasoning` is a part of `output`."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0


class UsageCounted(Fact, frozen=True, tag="usage.counted"):
    """What the proxy saw of one model's use since the last count of the run, up to `upto` (bytes) of its record.

    `own` is what the agent's program counted itself, None where it said nothing. `usd` is by the price table
    `prices`, None where that has no price. `cut` answers broke off before their last count, `odd` ones had counts
    that cannot be and are in no sum; both are among `answers`.
    """

    session: str
    provider: str
    model: str
    answers: int
    cut: int
    counts: Counts
    upto: int
    odd: int = 0
    own: Counts | None = None
    usd: float | None = None
    prices: str = ""


class ScriptChecked(Fact, frozen=True, tag="script.checked"):
    """What the agent left as submit.sh, looked at when its run ended."""

    verdict: str
    detail: str = ""
    sha256: str | None = None


class EntrantEnrolled(Fact, frozen=True, tag="entrant.enrolled"):
    """From now on every round owes this entrant a decision."""

    agent: str
    level: Level
    model: str
    model_id: str


class GapSeen(Fact, frozen=True, tag="gap.seen"):
    """A witness of a run was not there for a while: its record has a hole. The run went on."""

    witness: str
    began: str
    ended: str
    reason: str


class CallsDenied(Fact, frozen=True, tag="calls.denied"):
    """The proxy refused calls of an agent to a host by one rule: how many, from when to when.

    `why` is that of the last one; `upto` is how far into the record of calls (bytes) they are counted.
    """

    rule: str
    why: str
    host: str
    count: int
    first: str
    last: str
    upto: int


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


class ScoreSeen(Fact, frozen=True, tag="score.seen"):
    """Numerai published a value of a metric on a scoring day (1 to 20 or 1 to 60)."""

    metric: str
    day: int
    value: float | None
    percentile: float | None
    submission: str
    resolved: bool


class RanksSeen(Fact, frozen=True, tag="ranks.seen"):
    """A model's rank and its year's mean (reputation) among all models, by metric, as Numerai showed them."""

    ranks: dict[str, int | None]
    means: dict[str, float | None]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rank, 1 the best, and among how many models. Those who tie share the best rank."""

    rank: int
    of: int


class RoundRanked(Fact, frozen=True, tag="round.ranked"):
    """A model's rank in one round by its final 20-day scores, by metric, among all models that have a score in it.

    Counted by us from what Numerai tells of every model. A metric is left out in which Numerai told none of this model.
    """

    places: dict[str, Place]


class RegimeSeen(Fact, frozen=True, tag="regime.seen"):
    """What a round pays, as Numerai says it: how often each score counts, against which target.

    Thresholds are by score, of those that pay and have one; older logs have none. A clip is a share of what is
    staked: with 0.05 a payout ends at 5 % of it, either way. A stake threshold is in NMR: with more than that at risk
    in a round the payout factor falls below 1. `stake_threshold` is what Numerai says of the round as a whole.
    The API names neither unit: they are those of Numerai's description of payouts.
    """

    target: str
    multipliers: dict[str, float]
    payout_factor: float | None = None
    clip_thresholds: dict[str, float] = {}
    stake_thresholds: dict[str, float] = {}
    stake_threshold: float | None = None


class ScopesSeen(Fact, frozen=True, tag="scopes.seen"):
    """What Numerai says that our key may do."""

    scopes: tuple[str, ...]


class DiagnosticsSeen(Fact, frozen=True, tag="diagnostics.seen"):
    """An agent had a file of validation predictions scored by Numerai: what came of it, as far as it is known.

    `sha256` is the file's, as the proxy saw it pass; empty where it saw none. MMC is never among the metrics.
    """

    diagnostics: str
    filename: str
    inserted_at: str
    status: str
    sha256: str = ""
    message: str = ""
    metrics: dict[str, float] = {}


BODIES, WORKSPACE = "bodies", "workspace"  # what may be dropped


class Dropped(Fact, frozen=True, tag="gc.dropped"):
    """From here on a part of a run's record is not kept any more. Written before it goes."""

    what: str
    bytes: int
    because: str


class OutcomeChanged(Fact, frozen=True, tag="outcome.changed"):
    """A published outcome turned out differently; `because` are the seqs of the evidence."""

    old: str
    new: str
    because: tuple[int, ...]


class LogRepaired(Fact, frozen=True, tag="log.repaired"):
    """A torn tail was moved aside, or a segment was left because of an I/O error."""

    segment: str
    moved_bytes: int
    reason: str


class SyncWithheld(Fact, frozen=True, tag="sync.withheld"):
    """A file was kept from the git remote because of a secret in it: where it would stand, and what was found.

    `what` is `held: <name>` (a key that this machine holds) or `shape: <kind>`, with the mark by which it can be
    called harmless. Neither says anything of the value.
    """

    path: str
    what: str
    bytes: int
    mark: str = ""


class SyncRefused(Fact, frozen=True, tag="sync.refused"):
    """The git remote refused a push because of these files; they stay here from now on."""

    paths: tuple[str, ...]


class SyncDiverged(Fact, frozen=True, tag="sync.diverged"):
    """Somebody else had pushed to our branch of the git remote; our commits went on top of theirs."""

    theirs: str


class SyncFailing(Fact, frozen=True, tag="sync.failing"):
    """Nothing has arrived at the git remote for a while, for this reason."""

    since: str
    error: str


class SyncRecovered(Fact, frozen=True, tag="sync.recovered"):
    """All that had waited since then has arrived at the git remote."""

    since: str
    seconds: float


AnyFact = (
    RunIntended
    | RunStarting
    | RunCreated
    | RunStarted
    | BoxEnded
    | BoxStarted
    | RunAdopted
    | RunStopping
    | RunEnded
    | SessionStarted
    | SessionEnded
    | Intervened
    | OrphanSeen
    | OrphanEnded
    | TurnBegan
    | TurnEnded
    | UsageCounted
    | ScriptChecked
    | EntrantEnrolled
    | GapSeen
    | CallsDenied
    | RoundSeen
    | Tick
    | AttemptStarted
    | AttemptEnded
    | UploadSeen
    | TroubleSeen
    | Poll
    | SubmissionSeen
    | ScoreSeen
    | Dropped
    | DiagnosticsSeen
    | ScopesSeen
    | RanksSeen
    | RoundRanked
    | RegimeSeen
    | OutcomeChanged
    | LogRepaired
    | SyncWithheld
    | SyncRefused
    | SyncDiverged
    | SyncFailing
    | SyncRecovered
)
