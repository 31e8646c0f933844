"""Nothing compressed goes out unseen: it is looked into, or it stays."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.upkeep.secrets import archives
from nab.core.upkeep.secrets.archives import Sealed, Unpacking
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge

SECRET = b"Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0"
JUDGE = Judge(Scanner({"numerai.secret_key": SECRET}), 50 << 20)


def zipped(content, password=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/b.txt", content)
    return out.getvalue()


def tarred(content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        info = tarfile.TarInfo("a/b.txt")
        info.size = len(content)
        file.addfile(info, io.BytesIO(content))
    return out.getvalue()


PACKERS = {
    "gzip": gzip.compress,
    "two gzip streams": lambda content: gzip.compress(b"first") + gzip.compress(content),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zlib": zlib.compress,
    "zip": zipped,
    "zip behind a program": lambda content: b"#!/bin/sh\nexit\n" + zipped(content),
    "tar": tarred,
    "tar.gz": lambda content: gzip.compress(tarred(content)),
    "zip in gzip in xz": lambda content: lzma.compress(gzip.compress(zipped(content))),
}


@pytest.mark.full
@pytest.mark.parametrize("packer", PACKERS)
@given(around=st.binary(max_size=3000))
def test_what_is_inside_is_seen(packer, around):
    content = b"# " + around + b"key: " + SECRET + around + b"."

    assert JUDGE.look(b"x", PACKERS[packer](content)).words == "secret (held: numerai.secret_key)"
    assert JUDGE.look(b"x", PACKERS[packer](b"nothing" + b"." * len(around))) is None


@pytest.mark.parametrize("packer", [name for name in PACKERS if name != "zlib"])
def test_a_dataset_in_it_is_seen_too(packer):
    assert JUDGE.look(b"x", PACKERS[packer](b"PAR1" + bytes(1000) + b"PAR1")).words == "licensed data"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x28\xb5\x2f\xfd" + b"x" * 50, "sealed: zstd"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, "sealed: 7z"),
        (b"Rar!\x1a\x07\x00" + b"x" * 50, "sealed: rar"),
        (gzip.compress(b"x" * 9000)[:-20], "sealed: gzip, cut short"),
        (gzip.compress(bytes(range(256)) * 40)[:60] + b"\0" * 60, "sealed: gzip, damaged"),
        (zipped(b"x" * 9000)[:60] + b"\0" * 60, "sealed: zip, encrypted or damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_opened_stays(content, why):
    assert JUDGE.look(b"x", content).words == why


def test_an_encrypted_zip_stays():
    plain = bytearray(zipped(b"x"))
    for place in (plain.index(b"PK\x03\x04") + 6, plain.index(b"PK\x01\x02") + 8):
        plain[place] |= 1  # the flag of encryption

    assert JUDGE.look(b"x", bytes(plain)).words == "sealed: zip, encrypted or damaged"


@pytest.mark.full
def test_a_bomb_is_not_unpacked_to_its_end(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    bomb = gzip.compress(gzip.compress(bytes(64 << 20)))

    with pytest.raises(Sealed, match="more than 1 MiB inside"):
        list(Unpacking(1 << 20).members(bomb))


def test_what_is_nested_for_ever_stays():
    content = b"x"
    for _ in range(7):
        content = gzip.compress(content)

    assert JUDGE.look(b"x", content).words == "sealed: nested too deep"


@given(st.text(max_size=2000))
def test_text_is_never_taken_for_compressed(text):
    for start in ("x^2 + ", "x\x01", "BZ", "PK", ""):
        assert JUDGE.look(b"notes.txt", (start + text).encode()) is None
