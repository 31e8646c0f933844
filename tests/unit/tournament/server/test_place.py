"""Where a tournament is kept: as nab.toml says, and without one in a folder of its own."""

from pathlib import Path

import pytest

from nab.core.errors import NabError
from nab.tournament.server import place

TWO = """
[tournament]
local_port = 9000
[[entrants]]
agent = "codex"
level = "L4"
model = "nab_codex_l4"
[[entrants]]
agent = "codex"
level = "L4"
replica = "b"
model = "nab_codex_l4_b"
"""


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """Stand in a folder of our own."""
    monkeypatch.chdir(tmp_path)


def test_without_settings_it_is_a_folder_of_its_own_with_one_model():
    assert place.found(None, None) == place.Place(Path(".numerai-tournament/tournament"), 8790, ("my_bot",))


def test_a_state_folder_that_is_named_needs_no_settings(tmp_path):
    assert place.found(None, tmp_path / "s").root == tmp_path / "s/tournament"


def test_the_settings_of_the_folder_say_the_port_and_have_a_model_for_every_entrant_replicas_too(tmp_path):
    (tmp_path / "nab.toml").write_text(TWO)
    found = place.found(None, None)

    assert found == place.Place(
        (tmp_path / "state/tournament").resolve(), 9000, ("nab_codex_l4", "nab_codex_l4_b")
    )


def test_a_state_folder_of_a_newer_form_is_refused_without_settings_too(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/format.json").write_text('{"format": 2, "by": "9.0.0"}')

    with pytest.raises(NabError, match="is of form 2"):
        place.found(None, tmp_path / "s")


def test_settings_that_are_named_have_to_be_there(tmp_path):
    with pytest.raises(NabError, match="no configuration"):
        place.found(tmp_path / "other.toml", None)


def test_git_leaves_the_folder_of_its_own_alone_and_another_is_not_touched(tmp_path):
    place.keep_out_of_git(place.found(None, None))
    place.keep_out_of_git(place.found(None, tmp_path / "s"))

    assert (tmp_path / ".numerai-tournament/.gitignore").read_text() == "*\n"
    assert not (tmp_path / "s").exists()
