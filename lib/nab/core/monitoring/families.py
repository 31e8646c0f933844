"""The families that are told: names as Prometheus has them, with the unit last. Ages are told as instants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from nab.core.health import alarm_kinds
from nab.core.health.verdict import Health
from nab.core.monitoring.exposition import Family, Sample, added_up, counter, gauge, sample
from nab.core.monitoring.figures import RoundFigures, RunFigures, Tokens
from nab.core.overview.summaries import Overview
from nab.core.recording import resources
from nab.core.text import times
from nab.core.upkeep.disks import Disk
from nab.core.upkeep.sync.lag import Last

KINDS_OF_TOKENS = Tokens.__struct_fields__


@dataclass(frozen=True)
class Monitored:
    """All that is told. `log_seq` None: the log cannot be read; `sync` None: nothing has been synced yet."""

    version: str
    now: float
    log_seq: int | None
    overview: Overview
    runs: Sequence[RunFigures]
    rounds: Sequence[RoundFigures]
    unreadable: int
    disks: Sequence[Disk]
    least_free_bytes: float
    alarms: Sequence[str]
    health: Health | None
    syncs: bool = False
    sync: Last | None = None
    samples: Mapping[str, resources.Sample] = field(default_factory=dict)  # the newest, by run that goes on


def families(seen: Monitored) -> list[Family]:
    """Return all families."""
    parts = (of_us, of_the_window, of_runs, of_models, of_records, of_boxes, of_health, of_disks, of_sync)
    return list(chain.from_iterable(part(seen) for part in parts))


def of_us(seen: Monitored) -> Iterator[Family]:
    """Yield what is so of the program and of the log."""
    yield gauge("nab_build_info", "The version that wrote this.", sample(1, version=seen.version))
    yield gauge("nab_written_timestamp_seconds", "When this was written.", sample(seen.now))
    yield gauge("nab_log_readable", "1 where the event log can be read.", sample(seen.log_seq is not None))
    if seen.log_seq is not None:
        yield gauge("nab_log_events", "The number of the newest event.", sample(seen.log_seq))
    upto = seen.overview.upto_seq
    yield gauge("nab_log_published_events", "The newest event that derived files tell of.", sample(upto))
    yield gauge(
        "nab_derived_unreadable_files", "Derived files that could not be read.", sample(seen.unreadable)
    )


def of_the_window(seen: Monitored) -> Iterator[Family]:
    """Yield the newest tick, the newest round, and what became of everybody in all rounds."""
    yield gauge(
        "nab_newest_tick_timestamp_seconds",
        "When the window was looked at last.",
        *instant(seen.overview.newest_tick),
    )
    yield gauge(
        "nab_enrolled_entrants", "Entrants to whom rounds are owed.", sample(len(seen.overview.enrolled))
    )
    newest = [one for one in seen.rounds if one.opens and one.closes][-1:]
    for one in newest:
        assert one.opens and one.closes
        yield gauge("nab_newest_round_number", "The newest round.", sample(one.round))
        yield gauge(
            "nab_newest_round_opens_timestamp_seconds", "When it opens.", sample(one.opens.timestamp())
        )
        yield gauge(
            "nab_newest_round_closes_timestamp_seconds", "Its deadline.", sample(one.closes.timestamp())
        )
    told = (
        (
            1,
            {
                "entrant": entrant,
                "outcome": found.outcome,
                "cause": found.cause or "",
                "owed": yes(found.owed),
            },
        )
        for one in seen.rounds
        for entrant, found in one.entrants.items()
    )
    yield gauge(
        "nab_round_outcomes", "Rounds by what became of an entrant in them, as known now.", *added_up(told)
    )


def of_runs(seen: Monitored) -> Iterator[Family]:
    """Yield the runs, the ends of their sessions and the boxes that they lost."""
    states = ((1, {"entrant": one.entrant, "state": one.state}) for one in seen.runs)
    yield gauge("nab_runs", "Runs by where they stand.", *added_up(states))
    endings = (
        (count, {"entrant": one.entrant, "ending": ending})
        for one in seen.runs
        for ending, count in one.endings.items()
    )
    yield counter("nab_sessions_ended_total", "Sessions by how they ended.", *added_up(endings))
    lost = ((1, {"entrant": run.entrant, "cause": one.cause}) for run in seen.runs for one in run.lost_boxes)
    yield counter("nab_boxes_lost_total", "Boxes that were lost, by whose doing.", *added_up(lost))


def of_models(seen: Monitored) -> Iterator[Family]:
    """Yield what runs used of their models."""
    used = [
        (one, {"entrant": run.entrant, "provider": one.provider, "model": one.model})
        for run in seen.runs
        for one in run.used.models
    ]
    dollars = ((one.usd_at_least, labels) for one, labels in used)
    yield counter("nab_model_cost_dollars_total", "What has a price of what was used.", *added_up(dollars))
    answers = ((one.answers, labels) for one, labels in used)
    yield counter("nab_model_answers_total", "Answers of models.", *added_up(answers))
    tokens = (
        (getattr(one.counts, kind), labels | {"kind": kind})
        for one, labels in used
        for kind in KINDS_OF_TOKENS
    )
    yield counter(
        "nab_model_tokens_total", "Tokens by kind; reasoning is among the output.", *added_up(tokens)
    )


def of_records(seen: Monitored) -> Iterator[Family]:
    """Yield the holes in what was recorded, and the calls that the proxy refused."""
    gaps = [
        (seconds(one.began, one.ended), {"entrant": run.entrant, "witness": one.witness})
        for run in seen.runs
        for one in run.gaps
    ]
    yield counter(
        "nab_record_gaps_total",
        "Times a witness was not there.",
        *added_up((1, labels) for _, labels in gaps),
    )
    yield counter("nab_record_gap_seconds_total", "For how long it was not.", *added_up(gaps))
    denied = ((one.calls_denied, {"entrant": one.entrant}) for one in seen.runs)
    yield counter("nab_calls_denied_total", "Calls that the proxy refused.", *added_up(denied))


def of_boxes(seen: Monitored) -> Iterator[Family]:
    """Yield what the boxes use of runs that go on, as sampled last."""
    taken = {run: one for run, one in sorted(seen.samples.items())}
    yield counter(
        "nab_box_cpu_seconds_total",
        "CPU since the start of the box.",
        *(sample(one.cpu_seconds, run=run) for run, one in taken.items()),
    )
    yield gauge("nab_box_memory_bytes", "Memory.", *counted(taken, "memory_bytes"))
    yield gauge(
        "nab_box_disk_bytes", "What its agent has written and is still there.", *counted(taken, "disk_bytes")
    )
    newest = max(taken.values(), key=lambda one: one.time, default=None)
    gpus = [one for one in newest.gpus if one.energy_joules is not None] if newest else []
    yield counter(
        "nab_gpu_energy_joules_total",
        "Energy of a GPU since its driver was loaded, whoever used it.",
        *(sample(one.energy_joules or 0.0, gpu=str(one.index)) for one in gpus),
    )


def of_health(seen: Monitored) -> Iterator[Family]:
    """Yield the alarms that were told and are not over, and the verdict of the health file."""
    told = [(1, {"kind": alarm_kinds.of(key)}) for key in seen.alarms]
    none = [(0, {"kind": kind.value}) for kind in alarm_kinds.AlarmKind]
    yield gauge("nab_alarms", "Alarms that were told and are not over.", *added_up([*none, *told]))
    if seen.health:
        yield gauge("nab_well", "1 where the release works and no alarm holds.", sample(seen.health.well))
        yield gauge("nab_health_timestamp_seconds", "When that was looked at last.", *instant(seen.health.at))


def of_disks(seen: Monitored) -> Iterator[Family]:
    """Yield the room on the disks."""
    free = (sample(one.free_bytes, disk=one.what) for one in seen.disks)
    yield gauge("nab_disk_free_bytes", "Room on a disk that we rely on.", *free)
    files = (sample(one.free_files, disk=one.what) for one in seen.disks if one.free_files is not None)
    yield gauge("nab_disk_free_files", "Files that can still be made there.", *files)
    least = sample(seen.least_free_bytes)
    yield gauge("nab_disk_least_free_bytes", "With less free nothing is started.", least)


def of_sync(seen: Monitored) -> Iterator[Family]:
    """Yield how far the copy at the git remote is behind, where there is one."""
    if not seen.syncs:
        return
    last = seen.sync or Last()
    yield gauge("nab_sync_checked_timestamp_seconds", "When it was synced last.", *instant(last.checked))
    yield gauge("nab_sync_arrived_timestamp_seconds", "When something arrived last.", *instant(last.arrived))
    since = [seen.now - one.value for one in instant(last.waiting_since)] or [0.0]
    yield gauge(
        "nab_sync_lag_seconds", "For how long the oldest commit has waited.", sample(max(0.0, since[0]))
    )
    yield gauge("nab_sync_waiting_bytes", "What waits.", sample(last.waiting_bytes))
    yield gauge("nab_sync_failing", "1 where the last push failed.", sample(bool(last.error)))
    yield gauge("nab_sync_withheld_files", "Files that stay because of a secret.", sample(last.withheld))
    yield gauge("nab_sync_arrived_events", "The last event that is at the remote.", sample(last.arrived_seq))


def instant(text: str | None) -> list[Sample]:
    """Write an instant as seconds since 1970; none where there is none."""
    found = times.parse_or_none(text) if text else None
    return [sample(found.timestamp())] if found else []


def seconds(began: str, ended: str) -> float:
    """Return how long something lasted; nothing where that is not told."""
    first, last = times.parse_or_none(began), times.parse_or_none(ended)
    return max(0.0, (last - first).total_seconds()) if first and last else 0.0


def counted(samples: Mapping[str, resources.Sample], name: str) -> Iterator[Sample]:
    """Yield what a kernel counts of boxes, of those where it does."""
    for run, one in samples.items():
        value = getattr(one, name)
        if value is not None:
            yield sample(value, run=run)


def yes(it_is: bool) -> str:
    return "yes" if it_is else "no"
