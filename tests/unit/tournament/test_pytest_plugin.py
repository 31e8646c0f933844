"""The options of the fixture, as its marker writes them."""

from nab.tournament import pytest_plugin


def test_options_are_written_as_on_the_command_line():
    asked = {"preset": "bot", "model": ["a", "b"], "fault": "html", "refuse_stale_ids": True}

    assert pytest_plugin.words(asked) == [
        "--preset", "bot", "--model", "a", "--model", "b", "--fault", "html", "--refuse-stale-ids",
    ]  # fmt: skip
