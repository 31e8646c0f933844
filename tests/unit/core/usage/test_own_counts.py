import pytest

from nab.core.agents.events import Cost, Tokens
from nab.core.facts import Counts
from nab.core.usage import own_counts
from nab.core.usage.own_counts import OwnCounts
from support.records.recorded import transcript


def summed(*events):
    found = OwnCounts()
    for event in events:
        found.see(event)
    return found


def tokens(response="r1", model="m", scope="response", **counts):
    return Tokens(scope=scope, model=model, response=response, **counts)


def test_the_last_count_of_a_response_is_right():
    found = summed(tokens(input=10, output=1), tokens(input=10, output=30), tokens("r2", output=5))

    assert found.models == {"m": Counts(input=10, output=35)}


def test_a_response_that_a_resumed_session_tells_of_again_counts_once():
    one = tokens(input=10, output=30)

    assert summed(one, tokens(input=10, output=1), one).models == {"m": Counts(input=10, output=30)}


def test_sums_of_turns_and_sessions_are_left_out():
    assert (
        summed(
            tokens(scope="turn", input=9), tokens(scope="session", input=9), Cost(scope="turn", usd=1)
        ).models
        == {}
    )


def test_a_transcript_may_name_any_number_of_models_and_few_are_told_of():
    endless = summed(*(tokens(f"r{number}", model=f"m{number}", input=1) for number in range(1000)))
    nameless = summed(*(tokens("", model="m" * number, input=1) for number in range(1000)))

    for found in (endless, nameless):
        assert len(found.models) <= 101
        assert sum(counts.input for counts in found.models.values()) == 1000
        assert max(map(len, found.models)) <= 128


def test_responses_without_a_name_all_count():
    assert summed(tokens("", input=1), tokens("", input=2)).models == {"m": Counts(input=3)}


@pytest.mark.parametrize("odd", [-1, 1 << 60])
def test_counts_that_cannot_be_are_left_out(odd):
    found = summed(tokens(input=odd), tokens("r2", input=1))

    assert found.models == {"m": Counts(input=1)}
    assert found.odd == 1


def test_more_responses_than_can_be_told_apart_have_no_sum(monkeypatch):
    monkeypatch.setattr(own_counts, "MOST_RESPONSES", 2)

    assert summed(*(tokens(str(number), input=1) for number in range(3))).models == {}


@pytest.mark.parametrize("agent", ["claude", "codex", "gemini"])
@pytest.mark.parametrize("case", ["basic", "resumed", "killed"])
def test_real_transcripts_have_a_count_of_every_response(agent, case):
    models = summed(*transcript(agent, case)).models

    assert models
    assert all(counts.input + counts.cache_read and counts.output for counts in models.values())


@pytest.mark.parametrize("agent", ["claude", "codex", "gemini"])
def test_reading_a_transcript_twice_counts_it_once(agent):
    events = transcript(agent, "basic")

    assert summed(*events, *events).models == summed(*events).models
