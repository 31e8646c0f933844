from pathlib import Path

from nab.core.log.events import decode
from nab.core.log.unknown_kinds import unknown_kinds, words

GOLDEN = [decode(line) for line in (Path(__file__).parent / "golden/event_v1.jsonl").open("rb")]


def test_kinds_of_a_later_program_are_counted_and_told():
    found = unknown_kinds([*GOLDEN, GOLDEN[3]])

    assert found == {"moon.seen": 2}
    assert words(found) == "2 events of a newer release, of kinds that this one steps over: moon.seen (2)"


def test_where_every_kind_is_known_nothing_is_said():
    assert words(unknown_kinds(GOLDEN[:3])) == ""
