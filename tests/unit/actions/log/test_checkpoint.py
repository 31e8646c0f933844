"""A checkpoint: what is under way is told from it as from the whole log, and the rest need not be read."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from nab.actions.bench import Bench
from nab.actions.log import checkpoint, derived, verify
from nab.core.errors import NabError
from nab.core.facts import OutcomeChanged, Poll, SubmissionSeen
from nab.core.health import alarms
from nab.core.log.segments import month
from nab.core.outcomes import clock_skew, polling, sightings
from nab.core.runs.runs import runs, unfinished
from nab.core.text import times
from nab.core.turns.ledger import ledger
from nab.core.turns.machine_clock import Moment
from nab.core.windows import attempts, rounds
from nab.edges.log import checkpoints, heads, log_files
from nab.edges.log.event_log import EventLog
from support.records.histories import FIRST_ROUND, History, Shape
from support.repository.benches import bench_on

SHAPE = Shape(
    days=135, submitting=2, working=2, tick_minutes=180, polls_a_day=3, metrics=("mmc", "corr60"), every_day=6,
    sessions_a_day=1, turns_a_day=3,
)  # fmt: skip
EVERY = ["tick", "poll", "score.seen", "session.started", "turn.began"]


class Near(float):
    """Seconds that count as the same when they are a twentieth apart: machine time is told between other events."""

    def __eq__(self, other):
        return abs(float(self) - float(other)) < 0.05

    __hash__ = float.__hash__


@cache
def lines(shape):
    return [*History(shape).events()]


class World:
    """A log that grows, and two benches on it: one that reads all of it, one that goes by its checkpoint."""

    def __init__(self, folder: Path, shape: Shape = SHAPE) -> None:
        self.bench = bench_on(folder)
        self.lines = lines(shape)

    def grow(self, upto: float, since: float = 0.0) -> None:
        """Let a part of the log be written, from one share of it to another."""
        self.bench.paths.events.mkdir(parents=True, exist_ok=True)
        part = self.lines[int(since * len(self.lines)) : int(upto * len(self.lines))]
        for name, lines_of_month in groupby(part, lambda line: month(times.parse(line[1].known)).name):
            with (self.bench.paths.events / name).open("ab") as file:
                file.writelines(line for line, _ in lines_of_month)

    @property
    def whole(self) -> Bench:
        return Bench(self.bench.config, "test")

    @property
    def recent(self) -> Bench:
        return Bench(self.bench.config, "test", recent=True)

    def renew(self) -> None:
        bench = self.recent
        derived.publish(bench)
        assert checkpoint.renew(bench, more=1)


def kinds(bench):
    found = [event.kind for event in bench.log.events()]
    return {kind: found.count(kind) for kind in EVERY}


def told(bench):
    """Tell what a tick, a launcher and the dead-man go by."""
    read = bench.log.read()
    events, last = read.chain.events, read.chain.events[-1]
    now = times.parse(last.known) + timedelta(minutes=1)
    moment = Moment(now, last.boot, last.mono + 60)
    standings, known, book = bench.standings(), bench.evidence(), ledger(events)
    windows = list(rounds.seen(events).values())
    live = [row for row in standings.rows if row.round.closes > now - timedelta(days=90)]
    return {
        "enrolments": standings.enrolments,
        "rounds": standings.rounds,
        "rows": live,
        "tick": standings.newest_tick,
        "skew": clock_skew.offset(events),
        "listed": sightings.known(events),
        "due": {name: polling.due(known, name, windows, now) for name in standings.enrolments},
        "order": attempts.in_turn(standings.enrolments, events),
        "runs": {run.name: run for run in unfinished(runs(events))},
        "served": [
            Near(book.still_owed(moment)),
            *(Near(book.standing(name, moment)) for name in book.entrants),
        ],
        "alarms": alarms.alarms(
            events, now, live=True, firing=timedelta(minutes=10), closed=read.closed.rounds
        ),
    }


@pytest.mark.full
@pytest.mark.parametrize("seed", range(4))
def test_what_is_under_way_is_told_as_from_the_whole_log(tmp_path, seed):
    world = World(tmp_path, replace(SHAPE, seed=seed))
    world.grow(0.8)
    world.renew()
    for since, upto in ((0.8, 0.93), (0.93, 1.0)):
        world.grow(upto, since)
        assert told(world.recent) == told(world.whole)
        world.renew()
    assert told(world.recent) == told(world.whole)
    assert world.recent.log.read().closed.rounds


@pytest.mark.full
def test_derived_files_are_those_that_the_whole_log_gives(tmp_path):
    world = World(tmp_path)
    world.grow(0.9)
    world.renew()
    world.grow(1.0, since=0.9)
    derived.publish(world.recent)
    written = {path: path.read_bytes() for path in world.bench.paths.root.rglob("*.json")}

    assert "0 made again" in verify.verify(world.whole).words

    assert {path: path.read_bytes() for path in world.bench.paths.root.rglob("*.json")} == written
    assert f'"{FIRST_ROUND + 1}"' in (world.bench.paths.entrants / "codex0-l3.json").read_text()


@pytest.mark.full
def test_nearly_all_of_a_long_log_need_not_be_read(tmp_path):
    world = World(tmp_path, replace(SHAPE, days=160, tick_minutes=60))
    world.grow(1.0)
    world.renew()

    whole, recent = kinds(world.whole), kinds(world.recent)

    assert recent["turn.began"] == whole["turn.began"], "turns are given by all that was had"
    assert recent["tick"] < whole["tick"] / 5
    assert recent["poll"] < whole["poll"]
    assert recent["score.seen"] < whole["score.seen"] / 2
    assert recent["session.started"] < whole["session.started"]


def closed_and_missed(world):
    closed = world.recent.log.read().closed.rounds
    return next(
        row
        for row in world.whole.standings().rows
        if row.round.number in closed and row.outcome.words == "missed"
    )


@pytest.mark.full
def test_a_submission_that_comes_to_light_in_a_closed_round_corrects_it(tmp_path):
    world = World(tmp_path)
    world.grow(1.0)
    world.renew()
    row = closed_and_missed(world)
    seen = SubmissionSeen(
        submission="late",
        status="on-time",
        selected=True,
        inserted_at=times.text(row.round.opens),
        filename="f",
    )
    bench = world.recent

    bench.log.append(seen, entrant=row.entrant, round=row.round.number, valid=row.round.opens)
    derived.publish(bench)

    changed = [event for event in bench.log.events() if isinstance(event.fact, OutcomeChanged)]
    assert [(one.entrant, one.round, one.fact.new) for one in changed] == [
        (row.entrant, row.round.number, "verified on-time")
    ]
    assert "0 made again" in verify.verify(world.whole).words
    assert checkpoint.renew(bench), "all of it was read, so a new one is due"
    assert row.round.number not in world.recent.log.read().closed.rounds, "it is looked at again for a while"


@pytest.mark.full
def test_an_answer_of_long_ago_makes_everything_count_again(tmp_path):
    world = World(tmp_path)
    world.grow(1.0)
    world.renew()
    bench = world.recent
    number, window = next(iter(bench.standings().rounds.items()))
    assert bench.log.read().closed.rounds.keys() >= {number}

    bench.log.append(Poll(ok=True), entrant="codex0-l3", valid=window.closes)

    assert not bench.log.read().closed.rounds
    assert len(bench.log.events()) == len(world.whole.log.events())


def spoil_the_middle(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"X" + content[len(content) // 2 + 1 :])


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def lose_a_line(path):
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def empty(path):
    path.write_bytes(b"")


def be_of_other_code(path):
    path.write_bytes(path.read_bytes().replace(b'{"code":"', b'{"code":"x', 1))


@pytest.mark.full
@pytest.mark.parametrize("spoil", [spoil_the_middle, cut, lose_a_line, empty, be_of_other_code, Path.unlink])
def test_one_that_cannot_be_relied_on_counts_as_none(tmp_path, spoil):
    world = World(tmp_path, replace(SHAPE, days=12))
    world.grow(1.0)
    world.renew()
    assert world.recent.log.read().chain.events != world.whole.log.events()

    spoil(world.bench.paths.checkpoint)

    assert world.recent.log.events() == world.whole.log.events()


@pytest.mark.full
def test_a_log_that_goes_on_in_another_month_is_read_on(tmp_path):
    world = World(tmp_path, replace(SHAPE, days=40))
    world.grow(0.3)
    world.renew()
    bench = world.recent
    kept = bench.log.events()

    world.grow(1.0, since=0.3)

    assert len(list(world.bench.paths.events.glob("*.jsonl"))) == 2
    assert bench.log.events()[: len(kept)] == kept
    assert bench.log.events()[-1] == world.whole.log.events()[-1]
    assert len(bench.log.events()) < len(world.whole.log.events())


@pytest.mark.parametrize("note", ["missing", "as old as the log"])
def test_one_of_a_log_that_is_shorter_now_is_a_witness_of_that_whatever_code_wrote_it(
    tmp_path, monkeypatch, note
):
    world = World(tmp_path, replace(SHAPE, days=12))
    world.grow(1.0)
    world.renew()
    for path in world.bench.paths.events.glob("*.jsonl"):
        path.unlink()
    world.grow(0.7)
    heads.file_of(world.bench.paths.events).unlink(missing_ok=True)
    ends = EventLog(world.bench.paths.events, "test").check()
    if note != "missing":
        heads.note(world.bench.paths.events, ends)
    monkeypatch.setattr(checkpoints, "code", lambda: "of another version")

    for bench in (world.recent, world.whole):
        for at_work in (bench.log.read, bench.log.check, lambda log=bench.log: log.append(Poll(ok=True))):
            with pytest.raises(NabError, match="got shorter"):
                at_work()
    assert world.whole.log.accept_loss(ends.seq).fact.had > ends.seq
    assert world.recent.log.check().seq == ends.seq + 1


def test_that_a_log_holds_what_a_checkpoint_was_made_of_is_seen_without_reading_it(tmp_path, monkeypatch):
    world = World(tmp_path, replace(SHAPE, days=12))
    world.grow(0.9)
    world.renew()
    world.grow(1.0, since=0.9)
    heads.file_of(world.bench.paths.events).unlink(missing_ok=True)
    monkeypatch.setattr(log_files, "read", None)

    assert world.whole.log.append(Poll(ok=True)).seq == world.whole.log.check().seq


def test_a_tick_that_saw_little_that_is_new_leaves_the_checkpoint_as_it_is(tmp_path):
    world = World(tmp_path, replace(SHAPE, days=12))
    world.grow(0.5)
    world.renew()
    before = world.bench.paths.checkpoint.read_bytes()

    world.grow(0.6, since=0.5)

    assert not checkpoint.renew(world.recent)
    assert world.bench.paths.checkpoint.read_bytes() == before
