"""What may be written into the event log: one struct a kind, unknown keys refused.

Who and which round it is about (entrant, round, run) stands beside the fact, in the event itself.
Instants are ISO-8601 text in UTC (`nab.core.text.times`), durations are seconds.
"""

from __future__ import annotations

from nab.core.facts.base import Cause, Fact, RunEnding, SessionEnding, tag, tags
from nab.core.facts.claims import ClaimLooked, ClaimRegistered, ClaimWithdrawn, Excluded, PageBuilt
from nab.core.facts.makers import HarnessSeen, MachineSeen
from nab.core.facts.replay import (
    LeakFound,
    PairLooked,
    ReplayFired,
    ReplayLooked,
    ReplayRegistered,
    RunLooked,
)
from nab.core.facts.rounds import (
    AttemptEnded,
    AttemptStarted,
    OutcomeChanged,
    Poll,
    RoundSeen,
    SubmissionSeen,
    Tick,
    TroubleSeen,
    UploadSeen,
)
from nab.core.facts.runs import (
    PROXY,
    READER,
    BoxEnded,
    BoxStarted,
    CallsDenied,
    EntrantEnrolled,
    GapSeen,
    RunAdopted,
    RunCreated,
    RunEnded,
    RunForgotten,
    RunIntended,
    RunStarted,
    RunStarting,
    RunStopping,
    ScriptChecked,
)
from nab.core.facts.scores import (
    DiagnosticsSeen,
    Place,
    RanksSeen,
    ReferenceSeen,
    ReferenceValue,
    RegimeSeen,
    RoundRanked,
    RoundResolved,
    ScopesSeen,
    ScoreSeen,
)
from nab.core.facts.sessions import (
    CanarySeen,
    Channel,
    Counts,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    SessionEnded,
    SessionStarted,
    TurnBegan,
    TurnEnded,
    UsageCounted,
)
from nab.core.facts.upkeep import (
    BODIES,
    WORKSPACE,
    Dropped,
    LogLost,
    LogRepaired,
    RecordSeen,
    RecordsSeen,
    SyncDiverged,
    SyncFailing,
    SyncRecovered,
    SyncRefused,
    SyncWithheld,
)

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
    | RunForgotten
    | SessionStarted
    | SessionEnded
    | Intervened
    | OrphanSeen
    | OrphanEnded
    | CanarySeen
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
    | RoundResolved
    | ReferenceSeen
    | Dropped
    | RecordsSeen
    | DiagnosticsSeen
    | ScopesSeen
    | RanksSeen
    | RoundRanked
    | RegimeSeen
    | OutcomeChanged
    | LogRepaired
    | LogLost
    | SyncWithheld
    | SyncRefused
    | SyncDiverged
    | SyncFailing
    | SyncRecovered
    | HarnessSeen
    | MachineSeen
    | ClaimRegistered
    | ClaimLooked
    | ClaimWithdrawn
    | PageBuilt
    | ReplayFired
    | ReplayRegistered
    | ReplayLooked
)

__all__ = [
    "BODIES",
    "PROXY",
    "READER",
    "WORKSPACE",
    "AnyFact",
    "AttemptEnded",
    "AttemptStarted",
    "BoxEnded",
    "BoxStarted",
    "CallsDenied",
    "CanarySeen",
    "Cause",
    "Channel",
    "ClaimLooked",
    "ClaimRegistered",
    "ClaimWithdrawn",
    "Counts",
    "DiagnosticsSeen",
    "Dropped",
    "EntrantEnrolled",
    "Excluded",
    "Fact",
    "GapSeen",
    "HarnessSeen",
    "Intervened",
    "LeakFound",
    "LogLost",
    "LogRepaired",
    "MachineSeen",
    "OrphanEnded",
    "OrphanSeen",
    "OutcomeChanged",
    "PageBuilt",
    "PairLooked",
    "Place",
    "Poll",
    "RanksSeen",
    "RecordSeen",
    "RecordsSeen",
    "ReferenceSeen",
    "ReferenceValue",
    "RegimeSeen",
    "ReplayFired",
    "ReplayLooked",
    "ReplayRegistered",
    "RoundRanked",
    "RoundResolved",
    "RoundSeen",
    "RunAdopted",
    "RunCreated",
    "RunEnded",
    "RunEnding",
    "RunForgotten",
    "RunIntended",
    "RunLooked",
    "RunStarted",
    "RunStarting",
    "RunStopping",
    "ScopesSeen",
    "ScoreSeen",
    "ScriptChecked",
    "SessionEnded",
    "SessionEnding",
    "SessionStarted",
    "SubmissionSeen",
    "SyncDiverged",
    "SyncFailing",
    "SyncRecovered",
    "SyncRefused",
    "SyncWithheld",
    "Tick",
    "TroubleSeen",
    "TurnBegan",
    "TurnEnded",
    "UploadSeen",
    "UsageCounted",
    "tag",
    "tags",
]
