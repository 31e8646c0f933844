"""A growing file with a secret anywhere in it: nothing of the secret goes, and little else stays."""

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.actions.upkeep.sync.growing_files import Growing
from nab.actions.upkeep.sync.sources import StateFile
from nab.actions.upkeep.sync.stage import Stage
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.core.upkeep.sync import parts
from nab.core.upkeep.sync.mirror_index import Held, MirrorIndex
from nab.core.upkeep.sync.selection import Way

SECRET = b"Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0W7H3Z8K1X5M9V2T6R4P0L7N3"
PATH = b"runs/r/sessions/work-1/stdout.jsonl"


def wrapped(text, width):
    return b"\n".join(text[at : at + width] for at in range(0, len(text), width))


WAYS = {
    "plain": SECRET,
    "base64": base64.b64encode(b"x" + SECRET),
    "base64 in lines": wrapped(base64.b64encode(SECRET), 40),
    "in short lines": wrapped(SECRET, 20),
    "hex": SECRET.hex().encode(),
}


class Remote:
    """A file of ours that grows, and the parts of it that went."""

    def __init__(self, folder):
        self.file = folder / "stdout.jsonl"
        self.file.write_bytes(b"")
        self.tree = {}
        self.held = Held()
        self.stage = Stage(
            mirror=folder, log=None, judge=Judge(Scanner({"a": SECRET}), 50 << 20), known=MirrorIndex(),
            until=float("inf"), total_bytes=1 << 40, left_bytes=1 << 40, dry=True,
        )  # fmt: skip

    def grow(self, content):
        """Make the file longer and take what is new."""
        with self.file.open("ab") as file:
            file.write(content)
        opened = os.open(self.file, os.O_RDONLY)
        try:
            found = StateFile(b"", b"", PATH, self.file.stat(), Way.GROWN)
            Growing(self.stage, found, self.held, opened, 1 << 40).take(self.file.stat().st_size)
        finally:
            os.close(opened)
        self.collect()

    def collect(self):
        for path, change in self.stage.changes.items():
            self.tree.pop(path, None)
            if change:
                self.tree[path] = change[1]
        self.stage.changes = {}

    @property
    def holes(self):
        """Return what is listed as left out, from where to where."""
        rows = self.stage.known.rows.items()
        return sorted((start := parts.source_and_start(path)[1], start + row.size) for path, row in rows)


def line(number):
    return b'{"line":%d,"text":"some words that go on and on and on"}\n' % number


@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40)
@given(
    before=st.integers(0, 120), after=st.integers(0, 120), cuts=st.lists(st.integers(0, 12_000), max_size=5)
)
def test_nothing_of_it_goes_wherever_it_stands_and_however_the_file_grew(
    tmp_path_factory, way, before, after, cuts
):
    whole = (
        b"".join(map(line, range(before))) + b"see: " + WAYS[way] + b"\n" + b"".join(map(line, range(after)))
    )
    remote, saved = Remote(tmp_path_factory.mktemp("grown")), (parts.PART_BYTES, parts.LEAST_BYTES)
    parts.PART_BYTES, parts.LEAST_BYTES = 2000, 200
    try:
        place = 0
        for cut in [*sorted(cuts), len(whole)]:
            remote.grow(whole[place:cut])
            place = max(place, min(cut, len(whole)))
    finally:
        parts.PART_BYTES, parts.LEAST_BYTES = saved

    sent = b"".join(content for _, content in sorted(remote.tree.items()))
    for at in range(len(SECRET) - 23):
        assert SECRET[at : at + 24] not in sent.replace(b"\n", b"")
    for at in range(len(WAYS[way]) - 47):
        assert WAYS[way][at : at + 48] not in sent
    covered = sorted(
        [
            (start := parts.source_and_start(path)[1], start + len(content))
            for path, content in remote.tree.items()
        ]
        + remote.holes
    )
    assert [end for _, end in covered[:-1]] == [start for start, _ in covered[1:]]
    assert (covered[0][0], covered[-1][1]) == (0, len(whole))
    assert sum(end - start for start, end in remote.holes) < len(WAYS[way]) + 3 * 512


def test_of_a_large_part_only_what_is_near_the_secret_stays_and_its_place_is_listed(tmp_path):
    remote = Remote(tmp_path)
    first, last = b"".join(map(line, range(5000))), b"".join(map(line, range(5000, 9000)))

    remote.grow(first + SECRET + b"\n" + last)

    ((start, end),) = remote.holes
    assert end - start < 2 << 10
    assert start <= len(first) < end
    joined = b"".join(content for _, content in sorted(remote.tree.items()))
    assert joined == (first + SECRET + b"\n" + last)[:start] + (first + SECRET + b"\n" + last)[end:]


def test_what_was_there_before_the_secret_came_stays_there(tmp_path):
    remote = Remote(tmp_path)
    remote.grow(line(1))
    remote.grow(SECRET + b"\n")
    remote.grow(line(2))

    assert b"".join(content for _, content in sorted(remote.tree.items())) == line(1) + line(2)
    assert len(remote.stage.alarms) == 1


def test_a_flood_of_secrets_is_one_alarm_a_file(tmp_path):
    remote = Remote(tmp_path)
    for number in range(30):
        remote.grow(line(number) + SECRET + b"\n")

    assert list(remote.stage.alarms) == [(PATH.decode(), "held: a")]
    assert len(remote.holes) >= 1


@pytest.mark.full
def test_pieces_that_are_harmless_each_and_an_archive_together_do_not_go(tmp_path):
    first = b"a" * 150 + b"\n"
    second = (b"b" * 106 + b"ustar").ljust(4848, b"b") + b"\n"
    assert (first + second)[257:262] == b"ustar"
    remote = Remote(tmp_path)

    remote.grow(first + second + SECRET + b"\n")

    assert remote.stage.judge.look(b"", first) is None
    assert remote.stage.judge.look(b"", second) is None
    assert all(remote.stage.judge.look(b"", content) is None for content in remote.tree.values())
    assert [row.reason for row in remote.stage.known.rows.values()] == [
        "sealed: tar, damaged",
        "secret (held: a)",
    ]
