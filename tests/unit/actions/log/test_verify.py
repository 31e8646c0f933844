import hashlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest

from nab.actions.health.doctor import log as of_the_log
from nab.actions.log.verify import LogReport, holes_of, log_report, verify
from nab.core.errors import NabError
from nab.core.facts import Fact, Poll
from nab.core.log.events import FIRST, Draft, Stamp, encode, link, seal
from nab.core.recording.calls.holes import Holes
from nab.edges.log.event_log import EventLog
from nab.paths import Paths
from support.repository.benches import bench_on


def test_report_of_a_sound_log_counts_what_is_in_it(tmp_path):
    for month in (5, 5, 6):
        EventLog(tmp_path, "test 1", now=lambda m=month: datetime(2026, m, 1, tzinfo=UTC)).append(
            Poll(ok=True)
        )
    last = (tmp_path / "2026-06.jsonl").read_bytes()

    assert log_report(tmp_path) == LogReport(
        events=3,
        segments={"2026-05.jsonl": 2, "2026-06.jsonl": 1},
        torn=0,
        last_seq=3,
        head=hashlib.sha256(last).hexdigest()[:16],
        problems=(),
    )


def test_report_of_no_log_is_empty(tmp_path):
    assert log_report(tmp_path / "none") == LogReport(0, {}, 0, 0, "0" * 16, ())


def test_torn_tail_is_counted_once_it_was_moved_aside(tmp_path):
    log = EventLog(tmp_path, "test 1")
    log.append(Poll(ok=True))
    (segment,) = tmp_path.glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b'{"crc":"')
    log.append(Poll(ok=True))

    report = log_report(tmp_path)

    assert (report.events, report.torn, report.problems) == (3, 1, ())


@pytest.mark.parametrize(
    ("newline", "said"),
    [
        (b"", "1 event without a newline, which count"),
        (b"\0\0", "which count and 2 bytes that are no event"),
    ],
    ids=["missing", "zeros"],
)
def test_an_end_that_lost_its_newline_is_told_and_is_no_damage(tmp_path, newline, said):
    bench = bench_on(tmp_path)
    bench.log.append(Poll(ok=True))
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-1] + newline)

    told = verify(bench_on(tmp_path)).words

    assert "log: 1 event" in told
    assert f"{segment.name} ends in " in told
    assert said in told


def test_an_unfinished_end_is_told(tmp_path):
    EventLog(tmp_path, "test 1").append(Poll(ok=True))
    (segment,) = tmp_path.glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b'{"crc":"')

    assert log_report(tmp_path).ending == f"{segment.name} ends in 8 bytes that are no event"


def test_every_damaged_line_is_listed_and_not_only_the_first(tmp_path):
    log = EventLog(tmp_path, "test 1")
    for _ in range(6):
        log.append(Poll(ok=True))
    (segment,) = tmp_path.glob("*.jsonl")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([lines[0], b"{}\n", lines[2], lines[4], lines[5]]))

    problems = log_report(tmp_path).problems

    assert [problem.split(":")[0] for problem in problems] == [
        f"{segment.name} line 2",
        f"{segment.name} line 4",
    ]


def test_event_with_a_fact_of_the_wrong_shape_is_listed(tmp_path):
    first = EventLog(tmp_path, "test 1").append(Poll(ok=True))
    (segment,) = tmp_path.glob("*.jsonl")
    stamp = Stamp(datetime.now(UTC), first.boot, first.mono, first.by)
    event = seal(Draft(fact=Poll(ok=True), id="x"), link(first, encode(first)), stamp)
    with segment.open("ab") as file:
        file.write(encode(msgspec.structs.replace(event, data=msgspec.Raw(b"{}"))))

    assert log_report(tmp_path).problems == ("event 2 is no poll: Object missing required field `ok`",)


def test_what_is_missing_from_records_of_calls_is_told_by_run(tmp_path):
    rows = [(1, "proxy", "start"), (2, "sent", "a"), (4, "done", "b")]
    lines = [
        json.dumps({"seq": seq, "phase": phase, "id": id, "event": id}) + "\n" for seq, phase, id in rows
    ]
    paths = Paths(tmp_path, tmp_path / "site")
    for name, count in (("over", 3), ("whole", 1), ("alive", 2)):
        file = paths.run(name).http
        file.parent.mkdir(parents=True)
        file.write_text("".join(lines[:count]))
    alive = SimpleNamespace(ended=None)
    bench = SimpleNamespace(paths=paths, run=paths.run, runs=lambda: {"alive": alive})

    assert holes_of(bench) == {"over": Holes(lost=1, cut_off=1)}


class MoonSeen(Fact, frozen=True, tag="moon.seen"):
    """A fact of a later release."""

    phase: str


def later_log(bench, facts, version=1):
    """Write a log as a later release does: its writer knows kinds that nothing here reads."""
    stamp, head = Stamp(datetime(2026, 5, 16, 13, tzinfo=UTC), "0a1b2c3d", 12.3, "later 9"), FIRST
    segment = bench.paths.events / "2026-05.jsonl"
    segment.parent.mkdir(parents=True, exist_ok=True)
    for number, fact in enumerate(facts):
        event = msgspec.structs.replace(seal(Draft(fact=fact, id=f"i{number}"), head, stamp), v=version)
        segment.open("ab").write(line := encode(event))
        head = link(event, line)
    return head


def test_a_log_that_a_later_release_wrote_is_read_and_written_on_and_what_is_not_known_is_counted(tmp_path):
    bench = bench_on(tmp_path)
    later_log(bench, [Poll(ok=True), MoonSeen(phase="full"), MoonSeen(phase="new")])
    before = (bench.paths.events / "2026-05.jsonl").read_bytes()

    bench.log.append(Poll(ok=False))
    found = verify(bench)

    told = "2 events of a newer release, of kinds that this one steps over: moon.seen (2)"
    assert found.log.events == 4 and found.log.problems == () and told in found.words.splitlines()
    (check,) = of_the_log.look(bench.config)
    assert (check.verdict, check.finding) == ("warn", told)
    assert (bench.paths.events / "2026-05.jsonl").read_bytes() == before  # and the later one reads all of it


def test_of_a_log_of_known_kinds_nothing_is_said_of_others(tmp_path):
    bench = bench_on(tmp_path)
    bench.log.append(Poll(ok=True))

    assert "newer release" not in verify(bench).words
    assert of_the_log.look(bench.config) == []


def test_a_log_of_a_newer_form_is_refused_in_a_sentence_and_stays_as_it_was(tmp_path):
    bench = bench_on(tmp_path)
    later_log(bench, [Poll(ok=True)], version=2)
    segment = bench.paths.events / "2026-05.jsonl"
    before = segment.read_bytes()

    for use in (lambda: verify(bench), lambda: bench.log.append(Poll(ok=True))):
        with pytest.raises(NabError, match="version 2; this program reads up to 1"):
            use()
    assert segment.read_bytes() == before and of_the_log.look(bench.config) == []
