"""What an agent made is looked into by a program of its own; what breaks that one stays here, the rest goes on."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from nab.core.errors import NabError
from nab.core.upkeep.secrets.scanner import Scanner
from nab.edges import process
from nab.edges.secrets import guarded
from nab.edges.secrets.guarded import NO_TIME, TOO_LONG

pytestmark = pytest.mark.full
PACKED = gzip.compress(b"words")
SECRET = b"Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0"


@pytest.fixture
def judge():
    with guarded.opened(Scanner({"numerai.secret_key": SECRET}), 50 << 20) as judge:
        yield judge


def zipped(content, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        file.writestr("a", content)
    return out.getvalue()


def of_two_gibibytes():
    """Return a zip file of less than a kilobyte whose entry asks for a dictionary of 2 GiB."""
    packed = bytearray(zipped(bytes(5000), zipfile.ZIP_LZMA))
    properties = packed.index(b"\x05\x00\x5d") + 2
    packed[properties + 1 : properties + 5] = struct.pack("<I", 0x7FFFFFFF)
    return bytes(packed)


def negative_tar():
    """Return a tar file whose first entry has a negative size, so that the next one is that one again."""
    info = tarfile.TarInfo("a")
    info.size = -1024
    return info.tobuf(tarfile.GNU_FORMAT).ljust(2048, b"\0")


def many_long_names():
    """Return a tar file in which each name announces the name of the next."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1
    return (info.tobuf(tarfile.GNU_FORMAT) + b"a".ljust(512, b"\0")) * 5000


def nested(content, times):
    for _ in range(times):
        content = gzip.compress(content)
    return content


HOSTILE = {
    "a zip that needs 2 GiB": of_two_gibibytes(),
    "a tar of negative size": negative_tar(),
    "a tar of names of names": many_long_names(),
    "a bomb": nested(bytes(300 << 20), 2),
    "an endless nesting": nested(b"x", 9),
    "a damaged xz": lzma.compress(os.urandom(5000))[:-40] + bytes(40),
    "a cut bzip2": bz2.compress(os.urandom(5000))[:-40],
    "a zip in a zip in a zip in a zip in a zip": zipped(zipped(zipped(zipped(zipped(zipped(b"x")))))),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_breaks_the_look_stays_and_the_next_one_is_looked_into(judge, what):
    verdict = judge.look(b"x", HOSTILE[what])

    assert verdict.reason.startswith("sealed: ")
    assert judge.look(b"x", b"plain words") is None
    assert judge.look(b"x", gzip.compress(b"key: " + SECRET)).words == "secret (held: numerai.secret_key)"


def test_the_zip_that_needs_two_gibibytes_is_small_and_needs_them():
    assert len(HOSTILE["a zip that needs 2 GiB"]) < 1000


def test_a_look_that_takes_too_long_is_ended_and_told(monkeypatch):
    monkeypatch.setattr(guarded, "SECONDS", 1)
    with guarded.opened(Scanner({}), 95 << 20) as judge:
        assert judge.look(b"x", b"sk-ant-aa-" * 5_000_000).reason == f"sealed: {TOO_LONG}"
        assert judge.look(b"x", b"words") is None


def test_a_reader_that_is_killed_from_outside_costs_one_file(judge):
    assert judge.look(b"x", PACKED) is None
    judge.reader.kill()

    assert judge.look(b"x", gzip.compress(b"other words")).reason.startswith("sealed: looking into it ")
    assert judge.look(b"x", gzip.compress(b"more words")) is None


def test_when_the_time_for_looks_is_used_up_what_is_not_known_stays(judge):
    assert judge.look(b"x", PACKED) is None
    judge.left_seconds = 0

    assert judge.look(b"x", gzip.compress(b"unseen")).reason == f"sealed: {NO_TIME}"
    assert judge.look(b"x", PACKED) is None


def test_when_nothing_can_look_nothing_passes(judge, monkeypatch):
    monkeypatch.setattr(guarded.sys, "executable", "/bin/false")

    with pytest.raises(NabError, match="does not start"):
        judge.look(b"x", PACKED)


def test_no_secret_is_in_the_readers_words_or_environment(judge):
    judge.look(b"x", PACKED)
    told = [Path(f"/proc/{judge.reader.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]

    assert not any(SECRET in text for text in told)
    assert process.found("setpriv")
