import msgspec
import pytest

from nab.core.facts import CanarySeen, Channel
from nab.core.recording.calls import canaries
from support.records import proxy_lines

MARK = "a-mark"


@pytest.fixture(scope="module")
def line():
    """A line of a call of ours, as the proxy writes it."""
    return proxy_lines.of_each_kind("")["ours"]


def printed(**answers):
    return msgspec.json.encode({name.replace("_", "."): answer for name, answer in answers.items()})


ANSWERED, SILENT = {"answered": 1, "said": ""}, {"answered": 0, "said": "no route"}


def test_a_call_with_our_mark_counts_for_its_way_out(line):
    assert canaries.recorded([line, b'{"torn', line], MARK) == {"curl.proxy": 2}


def test_a_call_with_the_mark_of_another_canary_or_that_broke_off_does_not(line):
    broken = (
        line.replace(b'"status":200', b'"status":502'),
        line.replace(b'"phase":"done"', b'"phase":"start"'),
    )

    assert canaries.recorded([line], "another-mark") == {}
    assert canaries.recorded(broken, MARK) == {}


def test_ways_out_that_are_answered_and_on_record_are_no_trouble():
    answers = canaries.read(printed(curl_proxy=ANSWERED, node_name=ANSWERED))
    fact = canaries.seen("work-1", MARK, answers, {"curl.proxy": 1, "node.name": 1})

    assert fact.channels["curl.proxy"] == Channel(sent=1, answered=1, recorded=1)
    assert canaries.trouble(fact) == ""
    assert canaries.sentence(fact) == "calls of ours beside work-1: 2 ways out, all answered and on record"


def test_a_way_out_that_the_record_does_not_see_is_named_and_so_is_one_without_an_answer():
    answers = canaries.read(printed(curl_proxy=ANSWERED, curl_name=ANSWERED, node_name=SILENT))
    fact = canaries.seen("work-1", MARK, answers, {"curl.proxy": 1})

    assert canaries.trouble(fact) == (
        "calls of ours beside work-1: answered, but not on record: curl.name; not answered: node.name (no route)"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"Traceback\nMemoryError\n", "its box said: MemoryError"),
        (b"", "its box said: nothing"),
        (b"\xff\xfe", "its box said"),
        (b"{}", "there is no client in its box"),
        (b'{"curl.proxy": {"answered": "yes"}}', "its box said"),
    ],
)
def test_whatever_its_box_prints_becomes_a_value(said, why):
    fact = canaries.seen("work-1", MARK, canaries.read(said), {})

    assert fact.failed.startswith(why)
    assert canaries.trouble(fact).startswith(f"no calls of ours could be made beside work-1: {why}")


def test_one_that_was_cut_short_says_nothing_of_the_record():
    cut = CanarySeen(session="work-1", mark=MARK, cut=True)

    assert canaries.sentence(cut) == "calls of ours beside work-1: cut short by the end of its box"
