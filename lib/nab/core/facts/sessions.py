"""Facts of an agent at work: its sessions, what they leave running, its turns, and what it uses."""

from __future__ import annotations

import msgspec

from nab.core.facts import SessionEnding
from nab.core.facts.base import Fact


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
    `quiet_seconds` is how long it waited for its provider within the session, as the proxy saw it; `unreadable` lines
    of what it printed were given up, in whole or in part.
    """

    session: str
    ending: SessionEnding
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
    unreadable: int = 0


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


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way out of a box: how many calls of ours went it, were answered, and are on record as a whole."""

    sent: int
    answered: int
    recorded: int
    said: str = ""  # by the client, where there was no answer


class CanarySeen(Fact, frozen=True, tag="canary.seen"):
    """Calls of ours were made beside a session, from a box of their own on its network, over every way out.

    `mark` is in the query of each of them: in the record of calls they are ours and not the agent's. `failed` says why
    none could be made; they were `cut` where the box of the session ended before they were done.
    """

    session: str
    mark: str
    channels: dict[str, Channel] = {}
    failed: str = ""
    cut: bool = False


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
