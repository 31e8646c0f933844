import pytest

from nab.actions.recording import foreign_bytes
from nab.core.errors import NabError
from nab.core.facts import READER
from nab.core.health.run_alarms import troubles
from nab.edges import clock
from support.worlds.following import RUN, Following


@pytest.fixture
def bench(tmp_path):
    return Following(tmp_path).bench


def fails(error):
    def reading():
        raise error

    return reading


def noted(bench):
    return [event.fact for event in bench.log.events() if event.kind == "gap.seen"]


@pytest.mark.parametrize(
    "error", [ValueError("year 58882"), OverflowError(), RecursionError(), KeyError("x"), MemoryError()]
)
def test_what_cannot_be_read_is_on_record_once_and_alarms(bench, error):
    for _ in range(3):
        assert foreign_bytes.read(bench, RUN, "what it printed", fails(error), 7) == 7

    [gap] = noted(bench)
    assert gap.witness == READER
    assert gap.reason.startswith(f"what it printed: {type(error).__name__}")
    assert [text for key, text in troubles(bench.runs().values(), clock.now()) if key == f"unreadable:{RUN}"]


def test_what_is_read_is_returned_and_nothing_is_told(bench):
    assert foreign_bytes.read(bench, RUN, "its notes", lambda: "a note", "") == "a note"
    assert noted(bench) == []


@pytest.mark.parametrize(
    "error", [NabError("the log is busy"), OSError("no space left"), KeyboardInterrupt()]
)
def test_what_goes_wrong_with_the_machine_passes(bench, error):
    with pytest.raises(type(error)):
        foreign_bytes.read(bench, RUN, "its notes", fails(error), "")
    assert noted(bench) == []


def test_half_a_character_in_a_complaint_can_be_written_down(bench):
    foreign_bytes.read(bench, RUN, "its notes", fails(ValueError("\ud83d" * 1000)), None)

    [gap] = noted(bench)
    assert len(gap.reason) <= foreign_bytes.MOST
    assert gap.reason.encode("utf-8")
