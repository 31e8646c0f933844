"""A backup is read as it was written, holes and all; damage anywhere in it is found."""

import os
import tarfile
from io import BytesIO

import pytest

from nab.core.errors import FAILED, NabError
from nab.core.upkeep.backup.entries import Entry, Kind
from nab.edges.files import backups

MIB = 1 << 20
ODD = b"runs/r/\xff\xfe\n name"


def written(path, fill):
    with path.open("xb") as sink, backups.writing(sink) as out:
        fill(out)
    return path


def some(out):
    out.add_bytes(Entry(b"nab-backup.json", Kind.FILE), b"{}")
    out.add(Entry(b"runs", Kind.FOLDER, 0o755, 7, 1000))
    out.add_bytes(Entry(ODD, Kind.FILE, 0o600, 7, 1001), os.urandom(3 * MIB))
    out.add(Entry(b"runs/link", Kind.LINK, 0o777, target=b"/etc/passwd"))
    out.add(Entry(b"runs/same", Kind.SAME, 0o600, target=ODD))
    out.add_bytes(Entry(b"runs/" + b"d/" * 200 + b"deep", Kind.FILE), b"")


def read(path):
    found = []
    backups.read(path, lambda entry, pieces: found.append((entry, b"".join(pieces))))
    return found


def test_what_is_read_is_what_was_written(tmp_path):
    found = read(written(tmp_path / "b", some))

    assert [entry.path for entry, _ in found][1:3] == [b"runs", ODD]
    assert found[1][0] == Entry(b"runs", Kind.FOLDER, 0o755, 7, 1000)
    assert len(found[2][1]) == 3 * MIB and found[2][0].mode == 0o600
    assert found[3][0].target == b"/etc/passwd" and found[4][0].target == ODD
    assert backups.head(tmp_path / "b") == b"{}"


def test_the_same_files_are_the_same_bytes(tmp_path):
    one, other = (
        written(tmp_path / name, lambda out: out.add_bytes(Entry(b"a", Kind.FILE), b"x")) for name in "bc"
    )

    assert one.read_bytes() == other.read_bytes()


def test_any_tar_lists_it(tmp_path):
    with tarfile.open(written(tmp_path / "b", some)) as tar:
        assert tar.getnames()[-1] == "nab-backup.list"


def test_a_file_of_holes_comes_in_pieces_and_takes_no_time(tmp_path):
    with (tmp_path / "sparse").open("w+b") as file:
        file.truncate(1 << 40)
        os.pwrite(file.fileno(), b"far", 1 << 39)
        file.flush()
        written(tmp_path / "b", lambda out: out.add_file(Entry(b"s", Kind.FILE), file.fileno(), 1 << 40))

    ((entry, content),) = read(tmp_path / "b")
    assert entry.is_piece and entry.whole == 1 << 40 and b"far" in content and len(content) < MIB


def test_nothing_but_a_hole_is_a_file_too(tmp_path):
    with (tmp_path / "sparse").open("w+b") as file:
        file.truncate(5 * MIB)
        written(tmp_path / "b", lambda out: out.add_file(Entry(b"s", Kind.FILE), file.fileno(), 5 * MIB))

    assert read(tmp_path / "b") == [(Entry(b"s", Kind.FILE, whole=5 * MIB), b"")]


def test_what_got_shorter_while_it_was_read_ends_in_zeros():
    assert backups.Passing([b"ab", b"c"], 5).read(9) == b"abc\0\0"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9, 0.999])
def test_a_cut_backup_is_refused(tmp_path, share):
    whole = written(tmp_path / "b", some).read_bytes()
    (tmp_path / "b").write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(NabError, match="cut or damaged") as raised:
        read(tmp_path / "b")
    assert raised.value.exit_code == FAILED


@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.9999])
def test_a_changed_byte_is_found(tmp_path, share):
    whole = bytearray(written(tmp_path / "b", some).read_bytes())
    whole[int((len(whole) - 1) * share)] ^= 0x41
    (tmp_path / "b").write_bytes(whole)

    with pytest.raises(NabError, match="cut or damaged"):
        read(tmp_path / "b")


def test_one_file_changed_in_a_tar_that_was_packed_anew_is_named(tmp_path):
    written(
        tmp_path / "b", lambda out: [out.add_bytes(Entry(name, Kind.FILE), name) for name in (b"one", b"two")]
    )
    with tarfile.open(tmp_path / "b") as old, tarfile.open(tmp_path / "c", "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            member.size += member.name == "two"
            new.addfile(member, BytesIO(content.read() + b"!"))

    with pytest.raises(NabError, match="not as it was written: two"):
        read(tmp_path / "c")


def test_an_error_on_the_way_leaves_no_end(tmp_path):
    with (
        pytest.raises(OSError, match="no room"),
        (tmp_path / "b").open("xb") as sink,
        backups.writing(sink) as out,
    ):
        some(out)
        raise OSError("no room")

    with pytest.raises(NabError, match="cut or damaged"):
        read(tmp_path / "b")
