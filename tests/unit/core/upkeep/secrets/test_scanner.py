"""What this machine holds is found wherever and however it is written; ordinary text is let through."""

import base64
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.upkeep.secrets.scanner import Scanner
from support.repository.benches import REPOSITORY

TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
KEY_ALPHABET = TOKEN + "-_"
PAD = st.binary(max_size=400)


def base64_in(secret: bytes, before: bytes, after: bytes) -> bytes:
    return base64.b64encode(before + secret + after)


def wrapped(text: bytes, width: int = 76) -> bytes:
    return b"\n".join(text[at : at + width] for at in range(0, len(text), width))


WAYS = {
    "plain": lambda secret, before, after: before + secret + after,
    "base64": base64_in,
    "base64, url-safe": lambda secret, before, after: base64.urlsafe_b64encode(before + secret + after),
    "base64, wrapped": lambda secret, before, after: wrapped(base64_in(secret, before, after)),
    "base64, wrapped by a program that escapes": lambda secret, before, after: json.dumps(
        {"text": wrapped(base64_in(secret, before, after)).decode()}
    ).encode(),
    "hex": lambda secret, before, after: (before + secret + after).hex().encode(),
    "HEX": lambda secret, before, after: (before + secret + after).hex().upper().encode(),
    "hex, spaced": lambda secret, before, after: (before + secret + after).hex(" ").encode(),
    "hex, as xxd prints it": lambda secret, before, after: wrapped(
        (before + secret + after).hex().encode(), 60
    ),
    "percent": lambda secret, before, after: before + quote(secret, safe="").encode() + after,
    "percent, every letter": lambda secret, before, after: b"".join(b"%%%02x" % one for one in secret),
    "percent, twice": lambda secret, before, after: quote(quote(secret, safe=""), safe="").encode(),
    "JSON": lambda secret, before, after: json.dumps({"a": secret.decode()}).encode(),
    "JSON, escaped": lambda secret, before, after: b'"%b"' % b"".join(b"\\u%04x" % one for one in secret),
    "UTF-16": lambda secret, before, after: ("x" + secret.decode()).encode("utf-16"),
    "broken over lines": lambda secret, before, after: wrapped(secret, 20),
    "half of it": lambda secret, before, after: before + secret[len(secret) // 2 :] + after,
}


@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
@given(
    secret=st.text(KEY_ALPHABET, min_size=64, max_size=120).filter(lambda text: len(set(text)) > 20),
    before=PAD,
    after=PAD,
)
def test_a_held_secret_is_found_in_every_way_of_writing(way, secret, before, after):
    scanner = Scanner({"numerai.secret_key": secret.encode()})

    assert scanner.find(WAYS[way](secret.encode(), before, after)).what == "held: numerai.secret_key"


SHORT = {
    name: WAYS[name] for name in ("plain", "base64", "base64, url-safe", "hex", "HEX", "percent", "JSON")
}


@pytest.mark.full
@pytest.mark.parametrize("way", SHORT)
@given(secret=st.text(KEY_ALPHABET + '$&"\\+/ ', min_size=6, max_size=31), before=PAD, after=PAD)
def test_so_is_a_short_one_and_one_with_letters_that_are_written_otherwise(way, secret, before, after):
    assert Scanner({"a": secret.encode()}).find(SHORT[way](secret.encode(), before, after))


@pytest.mark.full
@given(before=PAD, after=PAD, at=st.integers(0, 40))
def test_what_is_found_says_nothing_of_the_secret(before, after, at):
    secret = b"sk-ant-api03-" + os.urandom(60).hex().encode()

    found = Scanner({"anthropic.api_key": secret}).find(before + secret + after)

    assert found.what == "held: anthropic.api_key"
    assert secret[at : at + 8].decode() not in repr(found)


@pytest.fixture(scope="module")
def pems(tmp_path_factory):
    """Private keys of several kinds, with what is public of them."""
    folder = tmp_path_factory.mktemp("keys")

    def run(*words):
        subprocess.run(words, check=True, capture_output=True, cwd=folder)

    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "operator@workstation.example", "-f", "ed25519")
    run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "rsa")
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca",
        "-out",
        "ca.crt",
        "-subj",
        "/CN=nab",
    )
    run("openssl", "x509", "-in", "ca.crt", "-outform", "der", "-out", "ca.der")
    return folder


@pytest.mark.full
@pytest.mark.parametrize(("name", "secret_lines"), [("ed25519", 1), ("rsa", 12), ("ca", 12)])
def test_a_private_key_is_found_whole_in_part_and_in_other_formats(pems, name, secret_lines):
    text = (pems / name).read_bytes()
    scanner = Scanner({"key": text}, public=(pems / "ca.der").read_bytes())
    body = b"".join(line for line in text.splitlines() if b"-" not in line)
    shown = [line for line in text.splitlines() if scanner.find(line) and b"-" not in line]

    assert scanner.find(base64.b64decode(body)).what == "held: key"
    assert scanner.find(base64.b64encode(b"z" + text)).what == "held: key"
    assert scanner.find(body).what == "held: key"
    assert scanner.find(base64.b64decode(body).hex().encode()).what == "held: key"
    assert len(shown) >= secret_lines  # the others hold what is public of it


@pytest.mark.full
@pytest.mark.parametrize("name", ["ed25519.pub", "rsa.pub", "ca.crt", "ca.der"])
def test_the_public_half_of_a_key_is_no_secret(pems, name):
    secrets = {one: (pems / one).read_bytes() for one in ("ed25519", "rsa", "ca")}
    scanner = Scanner(secrets, public=(pems / "ca.der").read_bytes())

    assert scanner.find((pems / name).read_bytes()) is None
    assert scanner.find(b"operator@workstation.example has logged in") is None


HELD = {
    "numerai.secret_key": b"Q7" * 3 + os.urandom(40).hex().upper().encode(),
    "anthropic.api_key": b"sk-ant-api03-" + os.urandom(50).hex().encode(),
}


@pytest.mark.parametrize(
    "folder", ["docs", "lib", "scripts", "tests/fixtures", "images", "tests/integration"]
)
def test_ordinary_files_are_let_through(folder):
    scanner = Scanner(HELD)
    files = [path for path in (REPOSITORY / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]

    assert files
    assert {str(path): found for path in files if (found := scanner.find(path.read_bytes()))} == {}


@pytest.mark.full
@given(st.binary(max_size=5000))
def test_noise_is_let_through_plain_and_in_base64(noise):
    scanner = Scanner(HELD)

    assert scanner.find(noise) is None
    assert scanner.find(base64.b64encode(noise)) is None
    assert scanner.find(noise.hex().encode()) is None


def test_locks_with_hashes_are_let_through():
    assert all(Scanner(HELD).find(path.read_bytes()) is None for path in Path(REPOSITORY).glob("*.lock"))
