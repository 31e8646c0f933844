"""Every path is of one piece, and a piece that does not go rests longer each time."""

import pytest

from nab.core.upkeep.sync import manifest, pieces
from nab.core.upkeep.sync.mirror_index import Held, LeftOutRow, MirrorIndex
from nab.core.upkeep.sync.pieces import LOG, NOTE, RESULTS, Aside


@pytest.mark.parametrize(
    ("path", "piece"),
    [
        (b"events/2026-05.jsonl/000000000000.jsonl", LOG),
        (b"results/a/b", RESULTS),
        (b"overview.json", RESULTS),
        (b"site/index.html", RESULTS),
        (b"README.md", NOTE),
        (b"left-out.jsonl", NOTE),
        (b"runs/r-1/workspace/events/a", "runs/r-1"),
        (b"runs/r-1/left-out.jsonl", "runs/r-1"),
        (b"runs/r-1/run.json", "runs/r-1"),
    ],
)
def test_a_path_is_of_one_piece(path, piece):
    assert pieces.of(path) == piece
    assert any(path == place or path.startswith(place + b"/") for place in pieces.places(piece))


def test_a_piece_rests_not_at_all_at_first_and_longer_each_time_up_to_a_bound():
    rests = [pieces.pause(times) for times in range(1, 40)]

    assert rests[:4] == [0, 600, 1200, 2400]
    assert rests == sorted(rests)
    assert rests[-1] == pieces.LONGEST_PAUSE


def test_a_list_has_a_bound_and_tells_how_many_more_there_are():
    rows = {b"runs/r/%b%d" % (b"x" * 3000, number): LeftOutRow("large", 1) for number in range(1000)}
    known = MirrorIndex(rows=rows)

    written = manifest.written(known, "runs/r", {}, lambda text: True)

    there = dict(manifest.read(written))
    assert len(written) < manifest.MOST_BYTES + 1000
    assert b'"reason":"more"' in written.splitlines()[-1]
    assert b'"files":%d' % (1000 - len(there)) in written.splitlines()[-1]


def test_a_list_that_may_not_go_out_goes_without_the_lines_that_may_not():
    known = MirrorIndex(rows={b"runs/r/%s" % name: LeftOutRow("large", 1) for name in (b"a", b"bad", b"c")})

    written = manifest.written(known, "runs/r", {}, lambda text: b"bad" not in text)

    assert set(dict(manifest.read(written))) == {b"runs/r/a", b"runs/r/c"}
    assert b'"files":1' in written


def test_a_piece_that_is_set_aside_is_listed_with_the_note_and_is_no_row_of_its_own():
    asides = {"runs/r": Aside(2, "2026-05-16T12:00:00Z", "the remote refuses what is pushed")}

    written = manifest.written(MirrorIndex(), NOTE, asides, lambda text: True)

    assert b'"path":"runs/r/","reason":"set aside: the remote refuses what is pushed"' in written
    assert dict(manifest.read(written)) == {}


def test_of_a_piece_that_was_taken_back_only_what_is_there_is_known():
    known = MirrorIndex(
        files={b"runs/a/x": Held(end=2), b"runs/b/x": Held(end=2)},
        rows={b"runs/a/y": LeftOutRow("large", 1), b"runs/b/y": LeftOutRow("large", 1)},
        workspaces={"a": "new", "b": "new"},
    )

    known.restore(
        "runs/a", MirrorIndex(tree="t", files={b"runs/a/x": Held(end=1)}, workspaces={"a": "old", "b": "?"})
    )

    assert known.files == {b"runs/a/x": Held(end=1), b"runs/b/x": Held(end=2)}
    assert set(known.rows) == {b"runs/b/y"}
    assert known.workspaces == {"a": "old", "b": "new"}
