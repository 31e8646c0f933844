import json
import stat

import pytest

from nab.core.recording.workspace import exclusions
from nab.core.recording.workspace.exclusions import MIB, LeftOut, manifest, why_file

FILE = stat.S_IFREG | 0o644
CASES = [
    (b"submit.sh", 900, ""),
    (b"notes.md", 40 * MIB, ""),
    (b"notes.md", 51 * MIB, "large"),
    (b"live.parquet", 1, "data"),
    (b"LIVE.PARQUET", 1, "data"),
    (b"predictions.csv", 200_000, ""),
    (b"train.csv", 6 * MIB, "data"),
    (b"model.pkl", 20_000, ""),
    (b"model.pkl", 2 * MIB, "model"),
    (b"weights.safetensors", 900 * MIB, "model"),
    (b"features.npy", 2 * MIB, "data"),
    (b"backup.tar.gz", 2 * MIB, "archive"),
    (b"parquet", 2 * MIB, "data"),
    (b".hidden", 10, ""),
    (b"\xff\xfe", 10, ""),
]


@pytest.mark.parametrize(("name", "size", "why"), CASES, ids=str)
def test_files_are_left_out_by_name_and_size(name, size, why):
    assert why_file(name, FILE, size, 50 * MIB) == why


@pytest.mark.parametrize(
    ("kind", "why"),
    [(stat.S_IFIFO, "pipe"), (stat.S_IFSOCK, "socket"), (stat.S_IFBLK, "device"), (stat.S_IFLNK, "")],
)
def test_what_is_no_file_is_named(kind, why):
    assert why_file(b"x.parquet", kind | 0o644, 0, MIB) == why


def test_a_program_of_no_known_name_is_known_by_its_content():
    assert exclusions.looks_binary(b"\x7fELF\0" + bytes(2 * MIB))
    assert not exclusions.looks_binary(b"\x7fELF\0" + bytes(1000))
    assert not exclusions.looks_binary(b"text\n" * MIB)


def test_an_environment_has_its_mark_and_nothing_else_in_it():
    assert exclusions.is_virtual_environment({b"pyvenv.cfg", b"bin", b"lib", b"lib64"})
    assert not exclusions.is_virtual_environment({b"bin", b"lib"})
    assert not exclusions.is_virtual_environment({b"pyvenv.cfg", b"lib", b"model.py"})


def test_the_list_is_one_json_object_a_line_in_the_order_of_the_paths():
    rows = [
        (b"b", LeftOut("data", 1, 1_700_000_000_000_000_000, 5, "ab")),
        (b"a\n", LeftOut("git", 2, 0, files=3)),
    ]

    first, second = map(json.loads, manifest(rows).splitlines())
    assert first == {
        "path": "a\n", "reason": "git", "bytes": 2, "mtime": "1970-01-01T00:00:00.000Z", "sha256": None, "files": 3,
    }  # fmt: skip
    assert second == {
        "path": "b", "reason": "data", "bytes": 1, "mtime": "2023-11-14T22:13:20.000Z", "sha256": "ab",
    }  # fmt: skip


def test_a_time_that_no_calendar_has_is_null():
    (row,) = map(json.loads, manifest([(b"x", LeftOut("data", 1, 1 << 62))]).splitlines())
    assert exclusions.instant(1 << 90) is None
    assert row["mtime"] is None or row["mtime"].startswith("2116")


def test_a_list_that_grew_beyond_all_bounds_ends_with_how_many_more(monkeypatch):
    monkeypatch.setattr(exclusions, "ROWS", 2)
    lines = manifest((b"%d" % number, LeftOut("data", 10, 0)) for number in range(5)).splitlines()

    assert len(lines) == 3
    assert json.loads(lines[-1]) == {"path": None, "reason": "more", "files": 3, "bytes": 30}
