from datetime import UTC, datetime, timedelta

import pytest

from nab.core.agents.adapters import Adapter, AuthForm, ErrorPattern
from nab.core.agents.events import AgentEnding, Error, Message, SessionOpened, ToolCall
from nab.core.agents.tallies import Tally
from nab.core.facts import SessionEnding
from nab.core.runs.ending.session_end import End, classify

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ADAPTER = Adapter(
    provider="openai",
    model="m",
    first=("x", "{model}", "{prompt}"),
    resume=("x", "{model}", "{session}", "{prompt}"),
    output="plain",
    auth=(AuthForm(field="api_key", variables=("KEY",)),),
    errors=(
        ErrorPattern(kind=SessionEnding.USAGE_LIMIT, pattern="usage limit"),
        ErrorPattern(kind=SessionEnding.RATE_LIMIT, pattern=r"\b429\b"),
        ErrorPattern(kind=SessionEnding.OUT_OF_MEMORY, pattern="heap out of memory"),
    ),
)
SAID = Message(role="assistant", text="done")


def ended(*events, exit_code=0, **rest):
    tally = Tally()
    for event in events:
        tally.see(event)
    return classify(End(exit_code=exit_code, tally=tally, **rest), ADAPTER, NOW)


def test_success_needs_exit_code_0_a_last_word_and_something_done():
    assert ended(SAID, AgentEnding(success=True)).success
    assert ended(ToolCall(call="1", name="shell"), AgentEnding(success=True)).success

    assert ended(SAID).kind is SessionEnding.UNCLASSIFIED
    assert ended(SAID, AgentEnding(success=True), exit_code=1).kind is SessionEnding.UNCLASSIFIED
    assert ended(SAID, AgentEnding(success=False)).kind is SessionEnding.UNCLASSIFIED
    assert ended(AgentEnding(success=True)).kind is SessionEnding.EMPTY_TURN


def test_a_last_word_counts_only_for_its_own_turn():
    assert ended(SAID, AgentEnding(success=True), SessionOpened()).kind is SessionEnding.UNCLASSIFIED


@pytest.mark.parametrize(
    ("exit_code", "rest", "kind"),
    [
        (137, {}, SessionEnding.KILLED),
        (-9, {}, SessionEnding.KILLED),
        (137, {"oom_kills": 1}, SessionEnding.OUT_OF_MEMORY),
        (-9, {"oom_kills": 2}, SessionEnding.OUT_OF_MEMORY),
        (143, {"oom_kills": 1}, SessionEnding.KILLED),
        (139, {}, SessionEnding.CRASH),
        (-6, {}, SessionEnding.CRASH),
        (None, {}, SessionEnding.KILLED),
        (0, {"asked": True}, SessionEnding.KILLED),
        (173, {}, SessionEnding.UNCLASSIFIED),
        (1, {"text": "JavaScript heap out of memory"}, SessionEnding.OUT_OF_MEMORY),
    ],
)
def test_what_ended_it_without_a_word_of_its_own(exit_code, rest, kind):
    assert ended(SAID, exit_code=exit_code, **rest).kind is kind


def test_a_kill_of_a_tool_for_lack_of_memory_leaves_a_success_one():
    assert ended(SAID, AgentEnding(success=True), oom_kills=3).success


def test_what_nothing_explains_alarms_and_shows_its_last_line():
    verdict = ended(exit_code=7, text="first\nsomething nobody has seen before\n")

    assert verdict.alarms
    assert "exit code 7" in verdict.reason
    assert "something nobody has seen before" in verdict.reason


def test_the_first_pattern_that_fits_counts_and_the_last_word_comes_before_the_rest():
    verdict = ended(
        Error(text="429"),
        AgentEnding(success=False, text="usage limit (429)"),
        exit_code=1,
        text="heap out of memory",
    )

    assert verdict.kind is SessionEnding.USAGE_LIMIT


def test_what_an_agent_reads_or_says_does_not_classify_its_session():
    assert ended(Message(role="assistant", text="I saw 429"), exit_code=1).kind is SessionEnding.UNCLASSIFIED


def test_a_limit_with_its_instant_beside_it_needs_no_sentence():
    ends = int((NOW + timedelta(hours=3)).timestamp())

    verdict = ended(Error(text="", code="", resets=ends), exit_code=1)

    assert (verdict.kind, verdict.retry_at) == (SessionEnding.USAGE_LIMIT, NOW + timedelta(hours=3))


def test_a_time_of_the_day_is_waited_for_to_its_end():
    verdict = ended(AgentEnding(success=False, text="usage limit, try again at 3:39 AM"), exit_code=1)

    assert verdict.retry_at == datetime(2026, 11, 24, 3, 40, tzinfo=UTC)


def test_a_complaint_without_a_code_is_told_as_it_is():
    assert ended(Error(text="the usage limit is reached"), exit_code=1).reason == "the usage limit is reached"
    assert ended(Error(code="x", text="usage limit"), exit_code=1).reason == "x: usage limit"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "auth"),
        (403, "auth"),
        (402, "billing"),
        (429, "rate_limit"),
        (503, "overload"),
        (400, "unclassified"),
    ],
)
@pytest.mark.parametrize("exit_code", [0, 1])
def test_the_providers_answer_counts_where_the_words_are_new(status, kind, exit_code):
    ending = AgentEnding(success=False, text="words that nobody has seen before", status=status)

    assert ended(SAID, ending, exit_code=exit_code).kind == kind


def test_words_come_before_the_answer_and_the_answer_before_what_stands_beside_them():
    limit = AgentEnding(success=False, text="usage limit", status=403)
    outage = AgentEnding(success=False, text="Connection refused", status=403)

    assert ended(limit, exit_code=1).kind is SessionEnding.USAGE_LIMIT
    assert ended(outage, exit_code=1).kind is SessionEnding.AUTH
    assert (
        ended(AgentEnding(success=False, status=503), exit_code=1, text="heap out of memory").kind
        == "overload"
    )
    assert ended(AgentEnding(success=True, status=403), SAID, exit_code=0).success


def test_a_status_that_only_the_words_tell_of_counts_too():
    refused = AgentEnding(success=False, text="API Error: 403 nobody knows these words")

    assert ended(refused, exit_code=1).kind is SessionEnding.AUTH
    assert ended(Error(text="unexpected status 503"), exit_code=1).kind is SessionEnding.OVERLOAD


def test_too_many_requests_is_the_limit_that_was_told_of_before():
    verdict = ended(Error(text="", code="usage_limit"), AgentEnding(success=False, status=429), exit_code=1)

    assert verdict.kind is SessionEnding.USAGE_LIMIT


def test_an_outage_is_one_in_words_that_the_program_has_no_pattern_for():
    said = AgentEnding(success=False, text="API Error: Unable to connect to API (ConnectionRefused)")

    assert ended(SAID, said, exit_code=1).kind is SessionEnding.NETWORK
    assert ended(SAID, exit_code=1, text="getaddrinfo EAI_AGAIN x.y").kind is SessionEnding.NETWORK


@pytest.mark.parametrize("resets", [-1, 0, 1, 5_000_000_000, 10**11, 10**18, 10**30, -(10**30)])
def test_a_limit_whose_end_no_limit_has_is_one_without_an_end(resets):
    verdict = ended(Error(text="", code="usage_limit", resets=resets), exit_code=1)

    assert (verdict.kind, verdict.retry_at) == (SessionEnding.USAGE_LIMIT, None)


def test_a_text_without_an_end_does_not_hold_up_who_cares_for_the_run():
    for text in ("reset" * 200_000, "usage limit, try again in " + "1d " * 200_000, "(" * 1_000_000):
        assert ended(AgentEnding(success=False, text=text), exit_code=1).reason
