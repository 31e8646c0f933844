"""Newer releases that a host brings itself: signed ones and no others, from wherever they lie."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest

from support.repository.benches import REPOSITORY

PROGRAM = REPOSITORY / "ansible/files/nab-update"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NAB_RELEASE = """
import os, sys
with open(os.environ["ASKED"], "a") as file:
    print(*[os.path.basename(word) for word in sys.argv[1:]], file=file)
sys.exit(int(os.environ.get("CODE", "0")) if sys.argv[1] == "switch" else 0)
"""
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        not shutil.which("ssh-keygen"), reason="no ssh-keygen: apt-get install openssh-client"
    ),
]


def key(folder, name):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    return folder / name


class Host:
    """A machine that brings releases itself, and the folder that they come from."""

    def __init__(self, folder):
        self.folder, self.source = folder, folder / "source"
        for made in ("source", "etc", "opt/releases", "brought"):
            (folder / made).mkdir(parents=True)
        self.key = key(folder, "key")
        public = (folder / "key.pub").read_text()
        (folder / "etc/allowed_signers").write_text(f'nab-release namespaces="nab-release" {public}')
        (folder / "nab-release").write_text(NAB_RELEASE)
        self.looks_at(self.source)
        self.environment = {
            **os.environ,
            "NAB_ETC": str(folder / "etc"), "NAB_ROOT": str(folder / "opt"), "NAB_UPDATES": str(folder / "brought"),
            "NAB_RELEASE": str(folder / "nab-release"), "ASKED": str(folder / "asked"),
        }  # fmt: skip

    def looks_at(self, source, branch="releases"):
        (self.folder / "etc/update.toml").write_text(f'from = "{source}"\nbranch = "{branch}"\n')

    def offers(self, release, time="2026-06-01T00:00:00Z", by=None):
        """Put a release into the source, signed."""
        name = f"nab-{release}-py{PYTHON}.tar.gz"
        manifest = json.dumps({"format": 1, "id": release, "time": time}).encode()
        with tarfile.open(self.source / name, "w:gz") as tar:
            member = tarfile.TarInfo("manifest.json")
            member.size = len(manifest)
            tar.addfile(member, io.BytesIO(manifest))
        words = [
            "ssh-keygen",
            "-q",
            "-Y",
            "sign",
            "-f",
            by or self.key,
            "-n",
            "nab-release",
            self.source / name,
        ]
        (self.source / f"{name}.sig").unlink(missing_ok=True)
        subprocess.run(words, check=True, capture_output=True)
        (self.source / f"latest-py{PYTHON}").write_text(f"{name}\n")
        return name

    def has(self, release, time):
        folder = self.folder / "opt/releases" / release
        folder.mkdir()
        (folder / ".built").touch()
        (folder / "manifest.json").write_text(json.dumps({"id": release, "time": time}))
        (self.folder / "opt/current").symlink_to(f"releases/{release}")

    def do(self, word, **environment):
        return subprocess.run(
            [sys.executable, PROGRAM, word],
            capture_output=True,
            text=True,
            check=False,
            env={**self.environment, **environment},
        )

    @property
    def brought(self):
        return sorted(path.name for path in (self.folder / "brought").iterdir())

    def asked(self):
        path = self.folder / "asked"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


def test_a_signed_release_is_brought_once_and_switched_to_once(host):
    name = host.offers("0.2.0-aaaaaaaaaaaa")

    assert host.do("fetch").stdout == "brought 0.2.0-aaaaaaaaaaaa\n"
    assert host.brought == [name, f"{name}.sig"]
    assert host.do("fetch").stdout == "nothing newer than 0.2.0-aaaaaaaaaaaa\n"

    assert host.do("apply").returncode == 0
    assert host.asked() == [f"unpack {name}", "switch 0.2.0-aaaaaaaaaaaa", "prune"]
    assert "was tried" in host.do("apply").stdout
    assert len(host.asked()) == 3


def test_what_git_holds_is_brought_too(host):
    host.offers("0.2.0-aaaaaaaaaaaa")
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "-q", "-b", "releases"), ("add", "."), (*identity, "commit", "-qm", "one")):
        subprocess.run(["git", "-C", host.source, *words], check=True)
    host.looks_at(f"git+file://{host.source}")

    assert host.do("fetch").stdout == "brought 0.2.0-aaaaaaaaaaaa\n"


def test_an_https_address_is_asked_and_http_is_refused(host):
    host.looks_at("http://127.0.0.1:1/")
    refused = host.do("fetch")
    host.looks_at("https://127.0.0.1:1")
    nobody = host.do("fetch")

    assert (refused.returncode, nobody.returncode) == (2, 1)
    assert "is no https address, no folder, no git+ address" in refused.stderr
    assert "https://127.0.0.1:1/latest-py" in nobody.stderr and "cannot be had" in nobody.stderr


def test_a_stranger_signs_in_vain_and_so_does_our_key_for_another_purpose(host, tmp_path):
    name = host.offers("0.2.0-aaaaaaaaaaaa", by=key(tmp_path, "stranger"))
    stranger = host.do("fetch")
    (host.source / f"{name}.sig").unlink()
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", host.key, "-n", "file", host.source / name], check=True
    )
    other = host.do("fetch")

    assert [stranger.returncode, other.returncode] == [2, 2]
    assert f"the signature of {name} is not right" in stranger.stderr
    assert host.brought == []


def test_a_changed_tarball_is_not_kept(host):
    name = host.offers("0.2.0-aaaaaaaaaaaa")
    with (host.source / name).open("ab") as file:
        file.write(b"more")

    assert host.do("fetch").returncode == 2
    assert host.brought == []


def test_what_is_changed_after_it_was_brought_is_not_unpacked(host):
    name = host.offers("0.2.0-aaaaaaaaaaaa")
    host.do("fetch")
    with (host.folder / "brought" / name).open("ab") as file:
        file.write(b"more")

    done = host.do("apply")

    assert (done.returncode, host.asked()) == (2, [])
    assert "is not right" in done.stderr


def test_a_link_in_place_of_the_tarball_is_not_followed(host):
    name = host.offers("0.2.0-aaaaaaaaaaaa")
    host.do("fetch")
    (host.folder / "brought" / name).unlink()
    (host.folder / "brought" / name).symlink_to("/etc/passwd")

    assert host.do("apply").returncode == 1
    assert host.asked() == []


def test_an_older_release_is_refused_though_its_signature_is_right(host):
    host.has("0.3.0-bbbbbbbbbbbb", "2026-07-01T00:00:00Z")
    host.offers("0.2.0-aaaaaaaaaaaa", "2026-06-01T00:00:00Z")
    host.do("fetch")

    done = host.do("apply")

    assert (done.returncode, host.asked()) == (1, [])
    assert "older than the current one of 2026-07-01" in done.stderr


def test_one_that_was_not_healthy_is_not_tried_again_and_one_that_has_to_wait_is(host):
    host.offers("0.2.0-aaaaaaaaaaaa")
    host.do("fetch")

    assert host.do("apply", CODE="75").returncode == 75
    assert host.do("apply", CODE="10").returncode == 10
    assert host.do("apply").returncode == 0
    assert [line for line in host.asked() if line.startswith("switch")] == ["switch 0.2.0-aaaaaaaaaaaa"] * 2


@pytest.mark.parametrize("latest", ["", "../../etc/passwd", "nab-0.2.0-aaaaaaaaaaaa-py2.7.tar.gz", "x\0y"])
def test_a_source_that_names_no_release_is_a_sentence(host, latest):
    (host.source / f"latest-py{PYTHON}").write_text(latest)

    done = host.do("fetch")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "names no release for Python" in done.stderr


def test_without_settings_it_says_which(host):
    (host.folder / "etc/update.toml").unlink()

    done = host.do("fetch")

    assert (done.returncode, "update.toml; it has one line" in done.stderr) == (2, True)
