from datetime import timedelta

import pytest

from nab.core.facts import AttemptStarted, Cause
from nab.core.recording.calls.lines import Call, GraphQL
from nab.core.runs.ending.responsibility import Doing
from nab.core.windows import attempts
from nab.core.windows.attempts import ScriptEnd, judge
from support.records.logs import CLOSES, NOON, Log

API = "api-tournament.numer.ai"


def call(status=200, **changed):
    told = {"phase": "done", "id": "1", "host": API, "category": "numerai", "status": status}
    return Call(**{**told, "content_type": "application/json", **changed})


HANDED_IN = call(graphql=GraphQL("mutation", ("create_submission",), "s1"))


@pytest.mark.parametrize(
    ("code", "calls", "cause", "words"),
    [
        (0, [HANDED_IN], Cause.UNKNOWN, "submit.sh ended well"),
        (0, [], Cause.UNKNOWN, "submit.sh ended well"),
        (0, [call()], Cause.AGENT, "handed nothing in"),
        (0, [call(), call(504, id="2")], Cause.NUMERAI, "had answered 504"),
        (3, [call()], Cause.AGENT, "exit code 3"),
        (3, [call(429)], Cause.NUMERAI, "had answered 429"),
        (3, [call(502)], Cause.NUMERAI, "had answered 502"),
        (3, [call(403, host="storage.example", category="numerai-upload")], Cause.NUMERAI, "answered 403"),
        (3, [call(content_type="text/html")], Cause.NUMERAI, "answered with text/html"),
        (3, [call(None, error="server disconnected")], Cause.NUMERAI, "broke off"),
        (3, [call(None, phase="start")], Cause.NUMERAI, "did not answer"),
        (3, [call(None, phase="start"), call()], Cause.AGENT, "exit code 3"),
        (3, [call(403, denied={"rule": "model", "why": "not yours"})], Cause.AGENT, "exit code 3"),
        (3, [call(503, category="web", host="example.org")], Cause.AGENT, "exit code 3"),
        (124, [call()], Cause.AGENT, "was ended after 60 s"),
        (124, [call(None, phase="start")], Cause.NUMERAI, "was ended after 60 s, and Numerai"),
        (None, [], Cause.HARNESS, "the engine did not say"),
    ],
)
def test_a_firing_is_judged_by_how_it_ended_and_what_numerai_answered(code, calls, cause, words):
    ended = judge(ScriptEnd(code, 60.0, proxy_stands=True), calls)

    assert (ended.cause, ended.exit_code) == (cause, code)
    assert words in ended.reason


@pytest.mark.parametrize("cause", [Cause.HARNESS, Cause.AGENT, Cause.UNKNOWN])
@pytest.mark.parametrize("code", [137, None])
def test_a_box_that_was_taken_from_its_script_is_the_doing_of_whoever_took_it(cause, code):
    taken = Doing(cause, "docker kill (SIGKILL) from outside at 12:03:04 UTC")

    ended = judge(ScriptEnd(code, 1.0, proxy_stands=False, taken=taken), [])

    assert (ended.cause, ended.exit_code) == (cause, code)
    assert taken.words in ended.reason


def test_a_proxy_that_ended_meanwhile_is_ours():
    assert judge(ScriptEnd(1, 1.0, proxy_stands=False), []).cause is Cause.HARNESS


@pytest.mark.parametrize(
    ("waiting", "expected"), [(1, 1800.0), (2, 1800.0), (4, 900.0), (60, 60.0), (3600, 10.0)]
)
def test_what_is_left_of_the_window_is_shared_with_those_who_wait(waiting, expected):
    assert attempts.seconds(1800.0, CLOSES, NOON, waiting) == expected


def test_a_whole_queue_ends_with_the_window_though_every_script_hangs():
    now = NOON
    for waiting in range(12, 0, -1):
        now += timedelta(seconds=attempts.seconds(1800.0, CLOSES, now, waiting))

    assert now <= CLOSES


def test_whoever_was_fired_for_longest_ago_goes_first():
    log = Log()
    for name in ("b", "c", "a"):
        log.about(AttemptStarted(container="c", script="x"), entrant=name)

    assert attempts.in_turn(["a", "b", "c", "new"], log.events) == ["new", "b", "c", "a"]
