"""make gc on a real state folder: what goes, in which order, what never does, and that readers notice nothing."""

import json
import os
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.log import derived
from nab.actions.recording import resource_monitor
from nab.actions.recording.calls import har
from nab.actions.reports import run_timeline
from nab.actions.transcripts import live_view, transcripts
from nab.actions.upkeep.gc import candidates, removals
from nab.actions.upkeep.gc import collect as gc
from nab.actions.upkeep.sync import lag
from nab.actions.usage import counting
from nab.actions.usage.own_counts import own_counts
from nab.core.errors import NabError
from nab.core.facts import (
    Cause,
    Dropped,
    RunEnded,
    RunEnding,
    RunStarted,
    SessionEnded,
    SessionEnding,
    SessionStarted,
)
from nab.core.recording.calls import denials
from nab.core.runs.runs import runs
from nab.core.text import times
from nab.core.text.tables import plain
from nab.core.upkeep.gc import ItemKind, Wish
from nab.core.upkeep.sync.lag import Last
from nab.edges import clock
from nab.edges.files import compressed as files_compressed
from nab.edges.files import files, locks, records
from nab.paths import AgentFolder
from support.records.logs import enrolled, intended
from support.records.proxy_lines import dump
from support.records.recorded import CODING, KEPT
from support.records.segmented import cut
from support.repository.benches import bench_on

SETTINGS = (
    "[retention]\ncompress_days = {}\nbodies_days = {}\nworkspace_days = {}\n[recording]\nmin_free_gib = 0\n"
)
OLD, SERVING, GOING = (f"2026-05-1{day}T090000Z-codex-l3" for day in (4, 5, 6))
WHO = "codex-l3"
WHATEVER = Wish()
NOBODY = 2**22 + 1


@pytest.fixture(autouse=True)
def no_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


class State:
    """Three runs of one entrant: an old one, the one whose box submits, and one that goes on."""

    def __init__(self, folder, *days):
        self.bench = bench_on(folder, SETTINGS.format(*(days or (0, 0, 0))))
        for run in (OLD, SERVING, GOING):
            self.note(
                run,
                structs.replace(intended(), llm="gpt-6.1-sol"),
                RunStarted(started_at=run[:10] + "T09:00:01.000Z"),
            )
            self.sessions(run)
            self.calls(run)
            self.samples(run)
            paths = self.bench.run(run)
            paths.output.write_bytes(b"what it printed\n" * 2000)
            paths.har.write_bytes(b"{}" * 5000)
        self.over(OLD)
        self.over(SERVING)
        derived.publish(self.bench)

    def note(self, run, *facts):
        for fact in facts:
            self.bench.log.append(fact, entrant=WHO, run=run)

    def over(self, run):
        ended = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="it says that it is done")
        self.note(run, ended, enrolled())

    def sessions(self, run):
        paths = self.bench.run(run)
        began, over = f"{run[:10]}T09:00:02.000Z", f"{run[:10]}T10:00:02.000Z"
        for number in (1, 2):
            name = f"work-{number}"
            self.note(
                run,
                SessionStarted(session=name, mode="first", conversation="c"),
                SessionEnded(
                    session=name, ending=SessionEnding.DONE, reason="so", began=began, ended=over, exit_code=0
                ),
            )
            put(paths.sessions / name / "stdout.jsonl.1", (KEPT / "codex" / "basic.stdout").read_bytes() * 40)
            put(paths.sessions / name / "stdout.jsonl", (KEPT / "codex" / "resumed.stdout").read_bytes() * 40)
            put(paths.sessions / name / "stderr.log", b"Reading prompt from stdin...\n")
        day = paths.sessions / "home" / ".codex" / "sessions" / "2026" / "05" / "16"
        put(day / "rollout-one.jsonl", (KEPT / "codex" / "basic.transcript.jsonl").read_bytes() * 6)
        put(day / "rollout-one.jsonl.1", (KEPT / "codex" / "killed.transcript.jsonl").read_bytes() * 6)

    def calls(self, run):
        paths, lines, bodies, place = self.bench.run(run), [], [], 0
        for number in range(3000):
            body = json.dumps({"id": f"{number:032x}", "text": f"query {number}"}).encode() + b"\n"
            usage = {"provider": "openai", "model": "gpt-6.1-sol", "input": 9, "output": 1, "complete": True}
            denied = {"rule": "port", "why": "port 22 is closed"} if number == 7 else None
            lines.append(
                {
                    "schema": 2, "time": "2026-05-16T13:02:07.123Z", "phase": "done", "seq": number, "run": run,
                    "session": "work", "id": f"{number:032x}", "method": "POST", "scheme": "https", "port": 443,
                    "host": "api.openai.com", "path": "/", "status": 200, "seconds": 1, "category": "llm",
                    "usage": usage, "body": {"request": place}, "denied": denied,
                }
            )  # fmt: skip
            bodies.append(body)
            place += len(body)
        put(paths.http, b"".join(map(dump, lines)))
        put(paths.bodies, b"".join(bodies))

    def samples(self, run):
        sample = {"cpu_seconds": 1.5, "processes": 3, "oom_kills": 2, "time": "2026-05-16T13:02:07.123Z"}
        line = json.dumps(sample).encode() + b"\n"
        put(self.bench.run(run).resources, line * 1000)

    def collect(self, wish=WHATEVER, *, dry_run=False):
        self.told = []
        return gc.collect(self.bench, wish, dry_run=dry_run, tell=self.told.append)

    def dropped(self):
        facts = ((event.run, event.fact) for event in self.bench.log.events())
        return [(run, fact.what) for run, fact in facts if isinstance(fact, Dropped)]


def put(path, content):
    files.make_folder(path.parent)
    path.write_bytes(content)


def tree(folder):
    """Return every file below a folder with its content and times, but for locks."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and "locks" not in path.parts
    }


def names(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def everything_that_is_read(bench, run):
    """Ask every reader of a run's record, and return what all of them say."""
    paths, adapter = bench.run(run), CODING["codex"].cli
    found = runs(bench.log.events())[run]
    view = live_view.View(bench, found, adapter)
    return {
        "har": b"".join(har.archive(bench, run)),
        "counted": counting.summed(bench, run, 0),
        "counted from the middle": counting.summed(bench, run, len(files_line(bench, run)) * 1000),
        "own counts": own_counts(paths, adapter),
        "events": list(transcripts.events(paths, adapter)),
        "one session": list(transcripts.events(paths, adapter, "work-2")),
        "transcripts": list(transcripts.kept(paths, adapter)),
        "samples": list(resource_monitor.samples(paths)),
        "kills": resource_monitor.oom_kills(paths),
        "denials": [
            one for place, line in records.lines_after(paths.http, 0) if (one := denials.read(line, place))
        ],
        "quiet": counting.quiet(bench, found, "work-1", clock.now() - timedelta(days=999), clock.now()),
        "shown": [str(item) for item in view.news()],
    }


def files_line(bench, run):
    return next(records.lines(bench.run(run).http)) + b"\n"


@pytest.fixture
def state(tmp_path):
    return State(tmp_path)


@pytest.mark.full
def test_every_reader_says_the_same_after_everything_is_compressed(tmp_path):
    state = State(tmp_path, 0, 999, 999)
    before = everything_that_is_read(state.bench, OLD)
    plain = names(state.bench.run(OLD).root)
    assert len(before["events"]) > 20 and len(before["transcripts"]) > 20 and before["denials"]

    state.collect()

    after = names(state.bench.run(OLD).root)
    compressed = {name for name in after if name.endswith(files_compressed.ENDING)}
    assert len(compressed) >= 9 and {f"{name}" for name in plain} >= {
        name.removesuffix(".gz") for name in after
    }
    assert not {name.removesuffix(".gz") for name in compressed} & after
    assert everything_that_is_read(state.bench, OLD) == before


@pytest.mark.full
def test_every_reader_says_the_same_of_a_record_in_segments_and_of_compressed_ones(tmp_path):
    state = State(tmp_path, 0, 999, 999)
    paths = state.bench.run(OLD)
    before = everything_that_is_read(state.bench, OLD)
    for record in (paths.http, paths.bodies, paths.resources):
        assert len(cut(record, record.stat().st_size // 5)) == 5
    assert everything_that_is_read(state.bench, OLD) == before

    state.collect()

    assert {path.suffix for path in records.files_of(paths.http)} == {files_compressed.ENDING}
    assert everything_that_is_read(state.bench, OLD) == before


@pytest.mark.full
def test_of_a_run_that_goes_on_the_segments_closed_for_long_are_compressed_and_nothing_else(tmp_path):
    state = State(tmp_path, 2, 999, 999)
    paths = state.bench.run(GOING)
    closed = [path for record in (paths.http, paths.resources) for path in cut(record, 20_000)[:-1]]
    long_ago = (clock.now() - timedelta(days=3)).timestamp()
    for path in closed[1:]:
        os.utime(path, (long_ago, long_ago))
    before = everything_that_is_read(state.bench, GOING)
    with locks.held(paths.lock("attend"), what="the run"):
        report = state.collect()

    assert [item.what for item in report.items if item.run == GOING] == [
        f"{len(closed) - 1} closed segments to compress"
    ]
    packed = {path for path in paths.root.rglob("*") if path.suffix == files_compressed.ENDING}
    assert packed == {files_compressed.beside(path) for path in closed[1:]}
    assert everything_that_is_read(state.bench, GOING) == before


@pytest.mark.full
@pytest.mark.parametrize(
    ("noted", "goes"),
    [({}, True), ({"unstaged": True}, False)],
    ids=["all there", "unfinished"],
)
def test_with_a_remote_only_what_it_has_by_now_is_compressed(tmp_path, noted, goes):
    state = State(tmp_path, 2, 999, 999)
    state.bench = bench_on(tmp_path, SETTINGS.format(2, 999, 999) + '[sync]\nremote = "/somewhere"\n')
    long_ago = (clock.now() - timedelta(days=3)).timestamp()
    (old, *_) = cut(state.bench.run(GOING).http, 100_000)
    os.utime(old, (long_ago, long_ago))
    last = Last(remote="/somewhere", checked=times.text(clock.now()), **noted)
    files.replace_json(lag.file_of(state.bench), last)

    state.collect()

    assert old.exists() is not goes


@pytest.mark.full
def test_a_dry_run_lists_what_would_go_and_changes_nothing(state):
    before = tree(state.bench.paths.root)
    report = state.collect(dry_run=True)

    assert tree(state.bench.paths.root) == before
    assert {item.kind for item in report.items} == {ItemKind.DERIVED, ItemKind.RECORD, ItemKind.BODIES}
    assert report.won > 0 and state.told == []
    assert "about" in plain(gc.show(report)) and gc.as_json(report)["dry_run"] is True


@pytest.mark.full
def test_a_run_that_goes_on_keeps_everything_and_one_that_submits_keeps_its_calls(state):
    before = {run: names(state.bench.run(run).root) for run in (SERVING, GOING)}
    state.collect()

    assert names(state.bench.run(GOING).root) - {"run.json"} == before[GOING] - {"run.json"}
    serving = names(state.bench.run(SERVING).root)
    assert {"calls/http.jsonl", "calls/bodies.jsonl", "resources.jsonl.gz", "agent.log.gz"} <= serving
    assert "calls.har" not in serving


@pytest.mark.full
@pytest.mark.parametrize("duty", ["attend", "submit", "history", "collector"])
def test_nothing_goes_of_a_run_that_a_living_process_works_on(state, duty):
    before = tree(state.bench.run(OLD).root)
    with locks.held(state.bench.run(OLD).lock(duty), what="it"):
        state.collect()

    assert {name: seen for name, seen in tree(state.bench.run(OLD).root).items() if name != "run.json"} == {
        name: seen for name, seen in before.items() if name != "run.json"
    }


@pytest.mark.full
def test_bodies_past_their_time_are_gone_and_every_reader_says_since_when(state):
    cut(state.bench.run(OLD).bodies, 20_000)
    state.collect()

    assert state.dropped() == [(OLD, "bodies")]
    assert not records.there(state.bench.run(OLD).bodies)
    archive = json.loads(b"".join(har.archive(state.bench, OLD)))["log"]
    assert "the bodies that were kept are gone since 20" in archive["comment"]
    assert len(archive["entries"]) == 3000
    assert any(
        "from here on without its bodies" in line.words
        for line in run_timeline.told(state.bench, OLD).timeline
    )
    told = json.loads(state.bench.run(OLD).record.read_bytes())["not_kept"]
    assert [(one["what"], one["because"]) for one in told] == [
        ("bodies", "its run ended more than 0 days ago")
    ]


@pytest.mark.full
def test_what_goes_for_good_is_on_record_before_it_goes(state, monkeypatch):
    def dies(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr(removals, "remove_file", dies)
    (state.bench.run(OLD).har).unlink()
    (state.bench.run(SERVING).har).unlink()
    with pytest.raises(KeyboardInterrupt):
        state.collect()
    assert state.dropped() == [(OLD, "bodies")]
    assert files_compressed.there(state.bench.run(OLD).bodies)

    monkeypatch.undo()
    state.collect()
    assert state.dropped() == [(OLD, "bodies")]
    assert not files_compressed.there(state.bench.run(OLD).bodies)


@pytest.mark.full
def test_the_log_the_calls_the_transcripts_and_the_history_never_go(state):
    for run in (OLD, SERVING):
        put(state.bench.run(run).history / "HEAD", b"ref: refs/heads/workspace\n")
        put(state.bench.run(run).elsewhere / "HEAD", b"ref: refs/heads/elsewhere\n")
        put(state.bench.run(run).packages, b"{}\n" * 10_000)
    put(state.bench.paths.events / "torn" / "2026-05.jsonl.12.ab", b"torn")
    for _ in range(3):
        state.collect()

    kept = names(state.bench.run(OLD).root)
    assert {
        "calls/http.jsonl.gz",
        "workspace.git/HEAD",
        "elsewhere.git/HEAD",
        "packages.jsonl.gz",
        "sessions/work-1/stdout.jsonl.gz",
        "run.json",
    } <= kept
    assert (state.bench.paths.events / "torn" / "2026-05.jsonl.12.ab").exists()
    assert state.bench.log.events()


@pytest.mark.full
def test_a_second_time_nothing_is_left_to_do(state):
    state.collect()
    report = state.collect()

    assert report.items == [] and plain(gc.show(report)) == "nothing may go"


def test_it_stops_as_soon_as_the_budget_is_met_and_takes_the_least_valuable_first(state):
    used = gc.folder_sizes.whole(AgentFolder(state.bench.paths.root)).room.bytes / 2**30
    report = state.collect(Wish(budget_gib=used - 5000 / 2**30), dry_run=True)
    assert [item.kind for item in report.items] == [ItemKind.DERIVED]

    report = state.collect(Wish(budget_gib=used - 100_000 / 2**30), dry_run=True)
    assert [item.kind for item in report.items][:3] == [ItemKind.DERIVED, ItemKind.DERIVED, ItemKind.RECORD]
    assert ItemKind.BODIES not in {item.kind for item in report.items}


def test_within_the_budget_nothing_has_to_go(state):
    before = tree(state.bench.paths.root)
    report = state.collect(Wish(budget_gib=1000))

    assert report.items == [] and "nothing has to go" in plain(gc.show(report))
    assert tree(state.bench.paths.root) == before


@pytest.mark.full
def test_a_budget_that_cannot_be_met_is_a_failure_in_a_sentence(state):
    report = state.collect(Wish(budget_gib=0))

    with pytest.raises(NabError, match="more were to be won, and nothing else may go") as raised:
        gc.finish(report)
    assert raised.value.exit_code == 1


@pytest.mark.full
def test_without_an_engine_the_rest_is_done_and_it_says_so(state, capsys):
    report = state.collect()

    assert report.won > 0
    with pytest.raises(NabError, match="nothing on the engine was looked at"):
        gc.finish(report)


def test_a_disk_that_stays_too_full_is_a_failure(tmp_path):
    state = State(tmp_path)
    state.bench = bench_on(tmp_path, "[recording]\nmin_free_gib = 1e9\n")

    with pytest.raises(NabError, match="free for the state"):
        gc.finish(state.collect())


@pytest.mark.full
def test_files_of_dead_writers_go_and_those_of_living_ones_and_of_agents_stay(state):
    paths = state.bench.run(GOING)
    dead = paths.root / f".run.json.{NOBODY}.{clock.boot_id()}.tmp"
    kept = [
        paths.root / f".run.json.{os.getpid()}.{clock.boot_id()}.tmp",
        paths.root / "workspace" / dead.name,
        paths.disk.own_path / dead.name,
        state.bench.paths.root / "demo" / dead.name,
    ]
    for path in (dead, *kept):
        put(path, b"half")
    report = state.collect(dry_run=True)
    assert report.items[0].kind is ItemKind.LEFTOVER and dead.exists()

    state.collect()
    assert not dead.exists() and all(path.exists() for path in kept)


@pytest.mark.full
def test_two_at_once_are_refused(state):
    with locks.held(state.bench.paths.lock("gc"), what="gc"), pytest.raises(NabError) as raised:
        state.collect()

    assert raised.value.exit_code == 75


@pytest.mark.full
def test_a_record_that_cannot_be_compressed_for_want_of_room_stays_and_the_rest_goes_on(
    state, monkeypatch, capsys
):
    real = removals.compression.pack

    def pack(path):
        if path.name == "http.jsonl":
            raise OSError(28, "No space left on device")
        return real(path)

    monkeypatch.setattr(removals.compression, "pack", pack)
    state.collect()

    assert state.bench.run(OLD).http.exists()
    assert files_compressed.beside(state.bench.run(OLD).resources).exists()
    assert "there is no room to compress" in capsys.readouterr().err


@pytest.mark.full
@pytest.mark.parametrize("error", [OSError(36, "File name too long"), NabError("it cannot be removed")])
def test_one_thing_that_cannot_go_is_told_and_the_rest_goes_on(state, monkeypatch, error):
    real = removals.remove_file

    def remove_file(path):
        if path == state.bench.run(OLD).har:
            raise error
        return real(path)

    monkeypatch.setattr(removals, "remove_file", remove_file)
    report = state.collect()

    assert any("calls.har" in line and OLD in line for line in report.trouble)
    assert state.bench.run(OLD).har.exists() and not state.bench.run(SERVING).har.exists()
    assert files_compressed.beside(state.bench.run(OLD).resources).exists()


@pytest.mark.full
def test_a_run_that_cannot_be_looked_at_is_told_and_the_others_go_on(state, monkeypatch):
    real = candidates.to_compress

    def to_compress(one):
        if one.run.name == OLD:
            raise OSError(5, "Input/output error")
        return real(one)

    monkeypatch.setattr(candidates, "to_compress", to_compress)
    report = state.collect()

    assert f"{OLD} was not looked at: [Errno 5] Input/output error" in report.trouble
    assert not state.bench.run(SERVING).har.exists()
