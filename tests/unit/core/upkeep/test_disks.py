import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.upkeep import disks
from nab.core.upkeep.disks import GIB, LEAST_FILES, Disk, DiskUsage, Kept, Room

LIMIT = Room(50 * GIB, 500_000)
PLENTY = Disk("state", "/s", 100 * GIB, 10**6)


@pytest.mark.parametrize(
    ("disk", "words"),
    [
        (Disk("state", "/s", 3 * GIB, 10**6), "3.0 GiB free for the state (/s), at least 5.0 GiB are needed"),
        (Disk("engine", "/e", 100 * GIB, 12_345), "12,345 files can still be made for the engine (/e)"),
        (Disk("state", "/s", 5 * GIB, LEAST_FILES), ""),
        (Disk("state", "/s", 5 * GIB, None), ""),
    ],
    ids=["bytes", "files", "just enough", "a file system that counts no files"],
)
def test_too_little_room_is_a_sentence_that_names_the_disk_and_both_figures(disk, words):
    said = disks.lacking([PLENTY, disk], 5 * GIB)

    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("used", "share"),
    [(Room(25 * GIB, 0), 0.5), (Room(0, 400_000), 0.8), (Room(25 * GIB, 400_000), 0.8)],
    ids=["bytes", "files", "the larger of both"],
)
def test_a_disk_is_as_full_as_the_fuller_of_its_two_limits(used, share):
    assert used.share_of(LIMIT) == share


def test_what_is_not_limited_is_never_full():
    assert Room(10**15, 10**9).share_of(Room()) == 0


@given(st.floats(0, 3), st.sampled_from(Kept))
def test_only_a_box_that_is_merely_watched_is_ended_and_only_well_beyond_its_limit(share, kept):
    used = Room(int(LIMIT.bytes * share), 0)

    too_much = kept is Kept.WATCHED and used.share_of(LIMIT) >= 1.1
    assert disks.is_too_much(DiskUsage(used), LIMIT, kept) == too_much


def test_what_cannot_be_looked_into_counts_as_too_much_where_we_only_watch():
    closed = DiskUsage(Room(1, 1), unseen=1)

    assert disks.is_too_much(closed, LIMIT, Kept.WATCHED)
    assert not disks.is_too_much(closed, LIMIT, Kept.FIXED)
    assert "cannot be looked into" in disks.note(closed, LIMIT, Kept.WATCHED)


@pytest.mark.parametrize(
    ("kept", "words"), [(Kept.FIXED, "is refused"), (Kept.WATCHED, "ended when they hold 10% more")]
)
def test_an_agent_is_told_what_comes_next(kept, words):
    said = disks.note(DiskUsage(Room(48 * GIB, 1200)), LIMIT, kept)

    assert "48.0 GiB of 50.0 GiB, 1,200 of 500,000 files" in said
    assert words in said
