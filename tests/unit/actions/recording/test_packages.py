"""What is installed in a box, read from its folders, written down when it changes."""

import json
import shutil

import pytest

from nab.actions.recording.packages import Installed
from nab.core.recording.workspace.exclusions import LeftOut
from nab.core.recording.workspace.index import WorkspaceIndex
from nab.paths import AgentFolder, RunPaths

SITE = "lib/python3.11/site-packages"
NOTHING = WorkspaceIndex()


@pytest.fixture
def run(tmp_path):
    """A run's folders: its agent installs into /opt/venv, has a global npm in its home, and a workspace."""
    paths = RunPaths(tmp_path / "run")
    for folder in ("workspace", "home", "tmp", f"opt-venv/{SITE}"):
        (paths.disk.own_path / folder).mkdir(parents=True)
    paths.workspace.own_path.symlink_to("disk/workspace")
    return paths


def install(folder, *names):
    for name in names:
        (folder / name).mkdir(parents=True)


def told(paths):
    lines = paths.packages.read_text().splitlines() if paths.packages.exists() else []
    return [(one["place"], one["packages"]) for one in map(json.loads, lines)]


def found(path, why):
    known = WorkspaceIndex()
    folder, _, name = path.rpartition(b"/")
    known.leave(folder, name, LeftOut(why, 1, 1))
    return known


def test_an_installation_is_a_line_and_none_is_none(run):
    venv = run.disk.own_path / "opt-venv" / SITE
    installed = Installed(run, 1 << 20)
    install(venv, "pip-25.0.dist-info")
    installed.look(NOTHING, NOTHING)
    installed.look(NOTHING, NOTHING)
    install(venv, "polars-1.2.dist-info")
    installed.look(NOTHING, NOTHING)

    place = f"/opt/venv/{SITE}"
    assert told(run) == [(place, {"pip": "25.0"}), (place, {"pip": "25.0", "polars": "1.2"})]


def test_another_process_goes_on_from_the_record(run):
    install(run.disk.own_path / "opt-venv" / SITE, "pip-25.0.dist-info")
    Installed(run, 1 << 20).look(NOTHING, NOTHING)
    Installed(run, 1 << 20).look(NOTHING, NOTHING)

    assert len(told(run)) == 1


def test_environments_in_the_workspace_and_global_modules_of_npm_are_named_as_the_box_names_them(run):
    install(run.disk.own_path / "workspace/.venv" / SITE, "torch-2.5+cu.dist-info")
    for name, said in (
        ("eslint", '{"version": "9.1.0"}'),
        ("@a/b", '{"version": 7}'),
        ("@a/c", '{"version": "2.0"}'),
    ):
        package = run.disk.own_path / "home/.npm-global/lib/node_modules" / name
        package.mkdir(parents=True)
        (package / "package.json").write_text(said)
    Installed(run, 1 << 20).look(
        found(b".venv", "virtual environment"), found(b"home/.npm-global/lib/node_modules", "packages")
    )

    assert told(run) == [
        (f"/workspace/.venv/{SITE}", {"torch": "2.5+cu"}),
        ("/home/agent/.npm-global/lib/node_modules", {"@a/c": "2.0", "eslint": "9.1.0"}),
    ]


def test_an_environment_that_is_gone_has_nothing_installed(run):
    install(run.disk.own_path / "tmp/env" / SITE, "numpy-2.dist-info")
    installed = Installed(run, 1 << 20)
    installed.look(NOTHING, found(b"tmp/env", "virtual environment"))
    shutil.rmtree(run.disk.own_path / "tmp/env")
    installed.look(NOTHING, NOTHING)
    installed.look(NOTHING, NOTHING)

    place = f"/tmp/env/{SITE}"
    assert told(run) == [(place, {"numpy": "2"}), (place, {})]


def test_no_link_of_the_agents_is_followed(run, tmp_path):
    install(tmp_path / "host" / SITE, "secret_tool-1.dist-info")
    (run.disk.own_path / "tmp/env").symlink_to(tmp_path / "host")
    shutil.rmtree(run.disk.own_path / "opt-venv" / SITE)
    (run.disk.own_path / "opt-venv" / SITE).symlink_to(tmp_path / "host" / SITE)
    Installed(run, 1 << 20).look(NOTHING, found(b"tmp/env", "virtual environment"))

    assert told(run) == []


def test_a_full_record_gets_no_more_lines(run):
    install(run.disk.own_path / "opt-venv" / SITE, "pip-25.0.dist-info")
    Installed(run, 10).look(NOTHING, NOTHING)

    assert told(run) == []


def test_what_the_image_has_is_read_through_the_first_process_of_the_box(run, monkeypatch, tmp_path):
    install(tmp_path / "image/opt/control" / SITE, "lightgbm-4.5.dist-info")
    installed = Installed(run, 1 << 20)
    monkeypatch.setattr("nab.actions.recording.packages.root_of", lambda _: AgentFolder(tmp_path / "image"))
    installed.look_at_image(1)

    assert told(run) == [(f"/opt/control/{SITE}", {"lightgbm": "4.5"})]
