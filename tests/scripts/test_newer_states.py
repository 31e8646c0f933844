"""Every script that opens a state folder refuses one whose form is newer, in a sentence, before it does anything."""

import importlib.util

import pytest
from click.testing import CliRunner

from support.repository.scripts import SCRIPTS, help_of

pytestmark = pytest.mark.full  # all programs are read
OPENING = [path for path in SCRIPTS if "--state" in help_of(path)]


@pytest.fixture
def newer(tmp_path):
    (tmp_path / "nab.toml").touch()
    (tmp_path / "state").mkdir()
    (tmp_path / "state/format.json").write_text('{"format": 2, "by": "9.0.0"}')
    return tmp_path


@pytest.mark.parametrize("path", OPENING, ids=lambda path: path.name)
def test_a_script_refuses_a_state_folder_of_a_newer_form(newer, path):
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    where = ["--config", str(newer / "nab.toml"), "--state", str(newer / "state")]

    needed = [
        word
        for one in script.main.params
        if one.required
        for word in ([one.opts[0], "1"] if one.param_type_name == "option" else ["1"])
    ]

    said = CliRunner().invoke(script.main, [*where, *needed])

    assert said.exit_code == 2
    assert "is of form 2, written by 9.0.0, and this program reads up to 1" in said.output
    assert [path.name for path in (newer / "state").iterdir()] == ["format.json"]


def test_most_scripts_open_one():
    assert len(OPENING) > 30
