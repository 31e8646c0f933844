import pytest

from nab.core.errors import NabError
from nab.edges import process
from nab.edges.docker import base_image, image_builds
from nab.edges.host import packages


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without a registry; `present` are its images, `made` what was bootstrapped."""
    release = tmp_path / "os-release"
    release.write_text('ID=ubuntu\nVERSION_CODENAME="noble"\n', encoding="utf-8")
    monkeypatch.setattr(base_image, "OS_RELEASE", release)
    known = {"present": set(), "made": [], "pulled": []}

    def pull(wanted, _step):
        known["pulled"].append(wanted)
        return "no such host"

    monkeypatch.setattr(base_image, "pull", pull)
    monkeypatch.setattr(base_image, "bootstrap", lambda _client, name, _step: known["made"].append(name))
    monkeypatch.setattr(
        image_builds, "image_id", lambda _client, name: "sha256:1" if name in known["present"] else None
    )
    return known


def test_an_image_that_is_there_is_used_without_asking_a_registry(machine):
    machine["present"].add("debian:bookworm-slim")

    assert base_image.find_or_make(None, "debian:bookworm-slim") == "debian:bookworm-slim"
    assert machine["pulled"] == machine["made"] == []


def test_without_a_registry_a_base_is_made_from_this_machines_own_packages(machine):
    assert base_image.find_or_make(None, "debian:bookworm-slim") == "nab/bootstrap:noble"
    assert machine["made"] == ["nab/bootstrap:noble"]


def test_what_was_made_once_is_used_again_without_asking_a_registry(machine):
    machine["present"].add("nab/bootstrap:noble")

    assert base_image.find_or_make(None, "debian:bookworm-slim") == "nab/bootstrap:noble"
    assert machine["pulled"] == []


def test_nothing_stands_in_for_an_image_with_gpu_libraries(machine):
    machine["present"].add("nab/bootstrap:noble")

    with pytest.raises(NabError, match="cannot be pulled: no such host"):
        base_image.find_or_make(None, "nvidia/cuda:12.8.1-base-ubuntu24.04")


@pytest.mark.parametrize(
    ("wanted", "plain"),
    [
        ("debian:bookworm-slim", True),
        ("ubuntu", True),
        ("mirror.example:5000/library/debian:trixie", True),
        ("debian@sha256:abc", True),
        ("nvidia/cuda:12.8.1-base-ubuntu24.04", False),
    ],
)
def test_a_plain_system_is_told_from_a_special_one(wanted, plain):
    assert base_image.is_plain(wanted) is plain


def test_a_machine_that_names_no_release_says_what_to_do(tmp_path):
    with pytest.raises(NabError) as raised:
        base_image.codename(tmp_path / "none")

    assert "images.base" in raised.value.hint


@pytest.mark.parametrize(
    "name", ["sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list"]
)
def test_the_packages_come_from_where_this_machines_own_come_from(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()

    assert base_image.sources(tmp_path) == tmp_path / name


@pytest.fixture
def ran(monkeypatch):
    """The commands that were run, by somebody whom mmdebstrap refuses unless sudo starts it."""
    commands = []

    def run(*argv, **_):
        commands.append(argv)
        if argv[0] == "mmdebstrap" and not process.is_root():
            raise NabError("mmdebstrap failed: unable to pick chroot mode automatically")

    monkeypatch.setattr(process, "run", run)
    return commands


@pytest.mark.parametrize(
    ("root", "sudo", "command"),
    [(True, False, ("mmdebstrap",)), (False, True, ("sudo", "-n", "mmdebstrap"))],
    ids=["root", "with sudo"],
)
def test_a_base_is_made_with_roots_rights_where_we_have_them(ran, monkeypatch, root, sudo, command):
    monkeypatch.setattr(process, "is_root", lambda: root)
    monkeypatch.setattr(packages, "sudo_needs_no_password", lambda: sudo)

    base_image.unpack(("mmdebstrap",))

    assert ran == [command]


def test_who_may_not_make_a_base_is_told_how_root_makes_it_for_everybody(ran, monkeypatch):
    monkeypatch.setattr(process, "is_root", lambda: False)
    monkeypatch.setattr(packages, "sudo_needs_no_password", lambda: False)

    with pytest.raises(NabError, match="chroot mode") as raised:
        base_image.unpack(("mmdebstrap",))

    assert ran == [("mmdebstrap",)]
    assert "as root: .venv/bin/python scripts/images.py --base" in raised.value.hint
