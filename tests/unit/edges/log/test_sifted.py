"""The log on the disk read by what counts: as a whole, by what is kept of it, grown, damaged, shorter."""

import re
import shutil

import pytest

from nab.actions.bench import Bench
from nab.actions.claims import answers
from nab.core.errors import NabError
from nab.core.facts import Poll
from nab.core.log.events import Link
from nab.edges.log import heads, log_files, sifted
from nab.edges.log.event_log import EventLog
from support.repository.benches import bench_on
from support.statistics.claimed import FIRST, claimed
from support.statistics.claims_on_disk import bench_with


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    season = claimed(25)
    for day in range(1, 20):
        for number in range(FIRST, FIRST + 6):
            season.score(number, "codex-l3", 0.1, season.at(number), day=day)
    return bench_with(tmp_path_factory.mktemp("made"), season)


@pytest.fixture
def bench(made, tmp_path):
    shutil.copytree(made.paths.root, tmp_path / "state")
    return bench_on(tmp_path)


def by_few(bench, kept=None):
    return EventLog(bench.paths.events, "test", sifts=True, kept=kept)


def segments(bench):
    return log_files.present(bench.paths.events)


def keep(bench):
    return [sifted.keep(bench.paths.events, one, bench.paths.store_log) for one in segments(bench)]


def seqs(log):
    return [event.seq for event in log.events()]


def test_it_ends_where_the_whole_log_does_and_tells_fewer_events(bench):
    log = by_few(bench)

    assert log.read().chain.head == bench.log.read().chain.head
    assert log.read().sizes == bench.log.read().sizes
    assert {*seqs(log)} < {*seqs(bench.log)}
    assert log.read() is log.read()


def test_what_is_kept_tells_the_same_goes_on_where_the_log_has_grown_and_is_made_once(bench):
    few = seqs(by_few(bench))
    assert keep(bench) == [True] * len(segments(bench))
    assert keep(bench) == [False] * len(segments(bench))
    log = by_few(bench, bench.paths.store_log)
    assert {*few} <= {*seqs(log)} < {*seqs(bench.log)}

    bench.log.append(Poll(ok=True), entrant="codex-l3")
    assert log.events()[-1] == bench.log.events()[-1]
    assert [*filter(None, keep(bench))] == [True]
    assert by_few(bench, bench.paths.store_log).events()[-1] == bench.log.events()[-1]


def test_claims_are_the_same_by_few_and_by_what_is_kept(bench):
    keep(bench)
    config = bench.config
    said = [answers.registry(one, answers.derive(one)) for one in (
        bench, Bench(config, "test", sifts=True), Bench(config, "test", sifts=True, by_kept=True)
    )]  # fmt: skip

    assert said[0].head
    assert said[1] == said[2] == said[0]
    assert answers.standing(Bench(config, "test", sifts=True, by_kept=True)) == answers.standing(bench)


def test_what_is_kept_is_not_read_once_it_was_changed_or_the_segment_is_another(bench):
    keep(bench)
    segment = segments(bench)[0]
    path, size = sifted.file_of(bench.paths.store_log, segment), log_files.sizes(bench.paths.events)[segment]
    assert sifted.kept_of(bench.paths.store_log, segment, size)
    assert sifted.kept_of(bench.paths.store_log, segment, size - 1) is None

    path.write_bytes(path.read_bytes().replace(b'"value":0.', b'"value":1.', 1))
    assert sifted.kept_of(bench.paths.store_log, segment, size) is None
    assert seqs(by_few(bench, bench.paths.store_log))


def test_damage_is_named_as_ever(bench):
    path = bench.paths.events / segments(bench)[0].name
    path.write_bytes(path.read_bytes().replace(b'"day":7', b'"day":8', 1))

    with pytest.raises(NabError, match=re.escape("is damaged")):
        by_few(bench).read()
    assert keep(bench)[0] is False


def test_what_was_changed_since_it_was_kept_is_found_by_whoever_checks_anew(bench):
    keep(bench)
    path = bench.paths.events / segments(bench)[0].name
    path.write_bytes(path.read_bytes().replace(b'"day":7', b'"day":8', 1))
    folder, kept = bench.paths.events, bench.paths.store_log

    assert sifted.keep(folder, segments(bench)[0], kept, anew=True) is False
    assert sifted.keep(folder, segments(bench)[1], kept, anew=True) is True
    with pytest.raises(NabError, match="is damaged"):
        by_few(bench).read()


@pytest.mark.parametrize("kept", [False, True])
def test_a_log_that_got_shorter_is_found_out(bench, kept):
    if kept:
        keep(bench)
    heads.note(bench.paths.events, Link(99_999, "0" * 16))

    with pytest.raises(NabError, match="got shorter"):
        by_few(bench, bench.paths.store_log if kept else None).read()


def test_an_unfinished_last_line_and_a_segment_that_was_left_are_read_as_ever(bench):
    newest = segments(bench)[-1]
    with (bench.paths.events / newest.name).open("ab") as file:
        file.write(b'{"crc":"0')
    assert seqs(by_few(bench)) == seqs(bench.log)

    (bench.paths.events / newest.next.name).touch()
    assert keep(bench) == [False] * len(segments(bench))
