"""Facts of a run: its box, its witnesses, and what it left."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from nab.core.facts.base import Cause, Fact, RunEnding
from nab.core.levels import Level

PROXY = "proxy"  # the witness that an agent cannot do without: it is its way out
READER = "reader"  # of what agents and vendors write, where even that could not be read


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
    program: dict[str, str] = {}  # a coding agent's: package, version, integrity, lock
    scripted: bool = False  # its models were those of scripts/models.py
    tells_leftovers: bool = False  # a later session is told what an earlier one left running
    replica: str = ""  # which of several entrants with this agent at this level
    seed: int | None = None  # what the control's randomness begins with; None: its own
    disk: str = ""  # how the limit of what its agent writes is kept: fixed or watched (nab.core.upkeep.disks)
    disk_bytes: int = 0
    disk_files: int = 0
    settings: dict[str, bool | int | float | str] = {}  # of nab.toml, as far as a run depends on them
    settings_sha256: str = ""
    flags: tuple[str, ...] = ()  # a coding agent's program and its arguments, with {places} for what differs
    flags_environment: dict[str, str] = {}  # what its agent.toml sets in its environment
    effort: str = ""  # of reasoning, where the arguments or its home say so; empty: the program's own
    cpus: float = 0.0  # what its box gets of the machine; 0: not on record
    memory_gib: float = 0.0
    track: str | UnsetType = UNSET  # replay: its development was served a dataset cut before the sealed eras
    cut: str | UnsetType = UNSET  # the hash of that cut; neither is written of a live run


class RunStarting(Fact, frozen=True, tag="run.starting"):
    """It is the run's turn, and its box is about to be made or started. Written before the engine is asked."""


class RunCreated(Fact, frozen=True, tag="run.created", omit_defaults=True):
    """The box exists. Written before it is started. A box that was lost is followed by another of the same run.

    `image` is what it was made of where this machine has not got the one of the intent; empty, and not written: that
    one. So a release that does not know of it reads the log, too.
    """

    container: str
    image: str = ""


class RunStarted(Fact, frozen=True, tag="run.started"):
    """The agent's program runs, since the engine's StartedAt."""

    started_at: str


class BoxEnded(Fact, frozen=True, tag="box.ended"):
    """A run's box ended, or is gone, without our doing, and the run is to go on: in a new start of it, from `again_at`.

    `cause` is harness where the machine, the engine or somebody outside took it, agent where what ran in it did.
    `engine` is what the engine told of it, a line each.
    """

    container: str
    started_at: str
    cause: Cause
    reason: str
    again_at: str
    exit_code: int | None = None
    oom_kills: int | None = None
    finished_at: str | None = None
    engine: tuple[str, ...] = ()


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
    """The run is over; nothing of it is running.

    `taken`: its box was taken from it, and not by what ran in it. `engine` is what the engine told of its end, a line
    each.
    """

    ending: RunEnding
    cause: Cause
    reason: str
    exit_code: int | None = None
    oom_kills: int | None = None
    started_at: str | None = None
    finished_at: str | None = None
    submit_script: str | None = None
    taken: bool = False
    engine: tuple[str, ...] = ()


class RunForgotten(Fact, frozen=True, tag="run.forgotten"):
    """An operator threw a run away: its boxes, its record, its enrolment. Written before anything of it goes.

    What the log says of it stays; no list, round or result tells of it any more.
    """

    bytes: int  # that its folder took


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
    replica: str = ""


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
