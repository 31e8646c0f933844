from nab.core.recording.calls.denials import MANY, MOST_HOSTS, QUIET_SECONDS, Denial, Pending, read
from support.records.proxy_lines import dump

NOON = "2026-05-16T13:00:00.000Z"
FOLDED = dump(
    {
        "schema": 2, "time": "2026-05-16T13:01:00.000Z", "phase": "folded", "since": NOON,
        "until": "2026-05-16T13:01:00.000Z", "rule": "port", "host": "*", "count": 312, "request_bytes": 0,
    }
)  # fmt: skip


def denial(place, *, rule="port", host="a.example", count=1):
    return Denial(f"2026-05-16T13:00:{place % 60:02d}.000Z", rule, "port 22 is closed", host, place, count)


def test_the_first_refusal_is_told_at_once_and_those_after_it_together():
    pending = Pending()
    pending.add(denial(1))
    first = list(pending.due(now=0.0))
    for place in range(2, 52):
        pending.add(denial(place))

    assert [fact.count for fact in first] == [1]
    assert list(pending.due(now=QUIET_SECONDS - 1)) == []
    assert [(fact.count, fact.upto) for fact in pending.due(now=QUIET_SECONDS)] == [(50, 52)]


def test_at_the_end_everything_is_told():
    pending = Pending()
    for place in (1, 2, 3):
        pending.add(denial(place))
        list(pending.due(now=0.0))

    assert [fact.count for fact in pending.due(now=1.0, all_of_them=True)] == [2]


def test_after_a_restart_nothing_is_told_twice_and_nothing_is_lost():
    before = Pending()
    for place in range(5):
        before.add(denial(place))
    told = list(before.due(now=0.0))
    for place in range(5, 8):
        before.add(denial(place))

    after = Pending()
    after.remember(told)
    for place in range(10):
        after.add(denial(place))

    assert sum(fact.count for fact in [*told, *after.due(now=0.0)]) == 10


def test_an_agent_that_tries_a_thousand_hosts_makes_a_hundred_facts_and_one_of_the_rest():
    pending = Pending()
    for place in range(1000):
        pending.add(denial(place, host=f"h{place}.example"))

    told = list(pending.due(now=0.0))

    assert len(told) == MOST_HOSTS + 1
    assert {fact.host: fact.count for fact in told}[MANY] == 1000 - MOST_HOSTS


def test_refusals_that_the_proxy_counted_together_count_as_many():
    pending = Pending()
    pending.add(denial(1, count=40))
    pending.add(denial(2))

    assert [fact.count for fact in pending.due(now=0.0)] == [41]


def call(denied):
    return dump({"schema": 2, "time": NOON, "phase": "done", "host": "a.example", "denied": denied})


def test_a_refused_call_is_one_denial():
    found = read(call({"rule": "port", "why": "port 22 is closed"}), 7)

    assert (found.rule, found.why, found.host, found.place, found.count) == (
        "port", "port 22 is closed", "a.example", 7, 1,
    )  # fmt: skip


def test_a_number_of_refusals_is_a_denial_of_that_many():
    found = read(FOLDED, 7)

    assert (found.rule, found.host, found.count) == ("port", "*", 312)


def test_calls_that_went_through_and_torn_lines_are_none():
    assert read(call(None), 0) is None
    assert read(FOLDED[:-4], 0) is None
    assert read(call({"rule": "port"}), 0) is None
    assert read(call({"rule": "port", "why": "so"})[:-4], 0) is None
