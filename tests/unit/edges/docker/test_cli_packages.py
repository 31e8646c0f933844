import json
from types import SimpleNamespace

import docker.errors
import pytest

from nab.core.agents.adapters import Install
from nab.core.errors import NabError
from nab.edges.docker import cli_packages
from support.records.recorded import CODING

INSTALL = Install(package="@x/y", version="1.2.3")


def lock(folder, version="1.2.3", integrity="sha512-abc"):
    packages = {"": {"name": "z"}, "node_modules/@x/y": {"version": version, "integrity": integrity}}
    (folder / "package-lock.json").write_text(json.dumps({"packages": packages}), encoding="utf-8")


def test_a_lock_says_exactly_what_is_installed(tmp_path):
    lock(tmp_path)

    program = cli_packages.wanted(tmp_path, INSTALL)

    assert (program.package, program.version, program.integrity) == ("@x/y", "1.2.3", "sha512-abc")
    assert program.lock.startswith("sha256:")
    assert program.arguments["CLI_VERSION"] == "1.2.3"


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda folder: None, "no package-lock.json"),
        (lambda folder: lock(folder, version="1.2.4"), "locks 1.2.4 of @x/y, agent.toml wants 1.2.3"),
        (lambda folder: lock(folder, integrity=""), "no sha512"),
        (lambda folder: (folder / "package-lock.json").write_text("{"), "is no lock"),
        (lambda folder: (folder / "package-lock.json").write_text('{"packages": {}}'), "locks nothing"),
    ],
    ids=["missing", "another version", "no integrity", "torn", "empty"],
)
def test_a_lock_that_is_not_as_it_should_be_is_refused(tmp_path, write, complaint):
    write(tmp_path)

    with pytest.raises(NabError, match=complaint) as raised:
        cli_packages.wanted(tmp_path, INSTALL)

    assert "npm install" in raised.value.hint


def test_the_locks_of_this_repository_fit_their_agents():
    for spec in CODING.values():
        program = cli_packages.wanted(spec.folder, spec.install)

        assert program.integrity.startswith("sha512-")
        assert (spec.folder / "package.json").exists()


def engine(labels):
    def get(name):
        if labels is None:
            raise docker.errors.ImageNotFound(name)
        return SimpleNamespace(labels=labels)

    return SimpleNamespace(images=SimpleNamespace(get=get))


def test_an_image_tells_what_is_in_it():
    labels = {
        "nab.cli.package": "@x/y",
        "nab.cli.version": "1.2.3",
        "nab.cli.integrity": "sha512-abc",
        "nab.cli.lock": "sha256:1",
        "nab.recipe": "other",
    }

    assert cli_packages.installed(engine(labels), "i").version == "1.2.3"
    assert cli_packages.installed(engine({"nab.recipe": "other"}), "i") is None
    with pytest.raises(NabError, match="no image i"):
        cli_packages.installed(engine(None), "i")


HASHES = " ".join(f"--hash=sha256:{letter * 64}" for letter in "ba")
REQUIREMENTS = f"""# made by pip-compile
Some_Agent[cli]==1.2.3 \\
    {HASHES.replace(" ", " " + chr(92) + chr(10) + "    ")}
other==2.0 ; python_version > "3" --hash=sha256:{"c" * 64}
"""
PIP = Install(kind="pip", package="some-agent", version="1.2.3")


def test_a_python_package_is_as_its_requirements_say(tmp_path):
    (tmp_path / "requirements.lock").write_text(REQUIREMENTS, encoding="utf-8")

    program = cli_packages.wanted(tmp_path, PIP)

    assert (program.package, program.version) == ("some-agent", "1.2.3")
    assert program.integrity == f"sha256:{'a' * 64} sha256:{'b' * 64}"
    assert program.lock.startswith("sha256:")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (None, "no requirements.lock"),
        ("", "locks nothing of some-agent"),
        (REQUIREMENTS.replace("1.2.3", "1.2.4"), "locks 1.2.4 of some-agent, agent.toml wants 1.2.3"),
        (REQUIREMENTS.replace("c" * 64, "c"), "has no sha256 of other"),
    ],
)
def test_requirements_that_are_not_as_they_should_be_are_refused(tmp_path, written, complaint):
    if written is not None:
        (tmp_path / "requirements.lock").write_text(written, encoding="utf-8")

    with pytest.raises(NabError, match=complaint) as raised:
        cli_packages.wanted(tmp_path, PIP)
    assert "pip-compile" in raised.value.hint


def test_copied_files_are_known_by_their_hash_and_how_they_are_driven_is_no_part_of_it(tmp_path):
    folder = tmp_path / "shelly"
    folder.mkdir()
    (folder / "shelly.py").write_text("go", encoding="utf-8")
    before = cli_packages.wanted(folder, Install(kind="copied"))
    (folder / "agent.toml").write_text("x", encoding="utf-8")
    same = cli_packages.wanted(folder, Install(kind="copied"))
    (folder / "shelly.py").write_text("stop", encoding="utf-8")
    after = cli_packages.wanted(folder, Install(kind="copied"))

    assert before == same != after
    assert (before.package, before.integrity[:19]) == ("shelly", f"sha256:{before.version}")
    assert before.labels["nab.cli.version"] == before.version
