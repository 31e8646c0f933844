import pytest

from nab.core.errors import FAILED
from nab.core.facts import Poll
from nab.core.log import heads
from nab.core.log.chain import Chain, check_chain
from nab.core.log.events import Link, encode, link
from support.records.logs import Log


def chain(count: int, text: str = "") -> Chain:
    log = Log()
    for _ in range(count):
        log.add(Poll(ok=False, error=text))
    return check_chain([("2026-05.jsonl", [encode(event) for event in log.events])])


LONG = chain(5)
HEADS = [link(event, encode(event)) for event in LONG.events]


@pytest.mark.parametrize("head", [*HEADS, Link(10**15, "f" * 16)])
def test_a_head_is_read_as_it_was_written_and_always_has_the_same_length(head):
    line = heads.encode(head)

    assert heads.decode(line) == head
    assert len(line) == heads.LENGTH


def test_a_head_of_which_any_byte_was_changed_says_nothing():
    line = heads.encode(HEADS[2])
    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert heads.decode(changed) is None
    assert heads.decode(b"") is heads.decode(line[:-1]) is None


def test_a_chain_holds_every_place_that_it_went_through():
    assert [heads.holds(LONG, head) for head in HEADS] == [True] * 5


def test_a_chain_that_ends_before_a_place_does_not_hold_it():
    assert [heads.holds(chain(3), head) for head in HEADS] == [True, True, True, False, False]
    assert not heads.holds(Chain(), HEADS[0])


def test_a_longer_chain_of_other_events_does_not_hold_it():
    assert [heads.holds(chain(9, "another"), head) for head in HEADS] == [False] * 5


def test_one_that_left_out_what_followed_a_place_does_not_say_that_it_went_through_it():
    sparse = Chain([LONG.events[0], LONG.events[4]], [], HEADS[4])

    assert [heads.holds(sparse, head) for head in HEADS] == [False, False, False, True, True]


def test_the_sentence_names_the_log_both_ends_and_the_remedy():
    error = heads.shorter("state/events", 3, HEADS[4])

    assert error.exit_code == FAILED
    assert "state/events got shorter: it ends at event 3, and event 5" in error.message
    assert "docs/operations.md" in error.hint
    assert "make verify ACCEPT=3" in error.hint
