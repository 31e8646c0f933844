import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from providers import PROVIDERS, provider

from models import usage, watches

SSE = "text/event-stream; charset=utf-8"


def sse(*events):
    return b"".join(b"event: x\r\ndata: " + json.dumps(event).encode() + b"\r\n\r\n" for event in events)


ANTHROPIC = sse(
    {
        "type": "message_start",
        "message": {
            "model": "claude-opus-5-5",
            "usage": {
                "input_tokens": 12,
                "cache_creation_input_tokens": 300,
                "cache_read_input_tokens": 4000,
                "output_tokens": 1,
            },
        },
    },
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": 'he said "usage"'}},
    {"type": "ping"},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 57}},
    {"type": "message_stop"},
)
OPENAI = sse(
    {"type": "response.created", "response": {"id": "r", "model": "gpt-6.1-sol", "usage": None}},
    {"type": "response.output_text.delta", "delta": "usage"},
    {
        "type": "response.completed",
        "response": {
            "id": "r",
            "model": "gpt-6.1-sol",
            "usage": {
                "input_tokens": 4312,
                "input_tokens_details": {"cached_tokens": 4000, "cache_write_tokens": 300},
                "output_tokens": 57,
                "output_tokens_details": {"reasoning_tokens": 20},
            },
        },
    },
)
GOOGLE = sse(
    {
        "candidates": [{"content": {"parts": [{"text": "a"}]}}],
        "usageMetadata": {"promptTokenCount": 4012},
        "modelVersion": "gemini-3.8-flash",
    },
    {
        "candidates": [{"finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": 4012,
            "cachedContentTokenCount": 4000,
            "candidatesTokenCount": 37,
            "thoughtsTokenCount": 20,
            "totalTokenCount": 4069,
        },
        "modelVersion": "gemini-3.8-flash",
    },
)
STREAMS = {
    "api.anthropic.com": (ANTHROPIC, ("anthropic", "claude-opus-5-5", 12, 57, 4000, 300, None)),
    "api.openai.com": (OPENAI, ("openai", "gpt-6.1-sol", 12, 57, 4000, 300, 20)),
    "generativelanguage.googleapis.com": (GOOGLE, ("google", "gemini-3.8-flash", 12, 57, 4000, None, 20)),
}
NAMES = ("provider", "model", "input", "output", "cache_read", "cache_write", "reasoning")


def read(host, body, kind=SSE, *, encoding="", step=0, status=200):
    watch = watches.watch(host, status, kind, encoding)
    for place in range(0, len(body), step or len(body) or 1):
        watch.feed(body[place : place + (step or len(body))])
    watch.finish()
    return watch.model.said(), watch


@pytest.mark.full
@pytest.mark.parametrize("host", STREAMS)
@given(step=st.integers(1, 600), squeezed=st.booleans())
def test_a_stream_says_what_it_cost_however_it_is_cut(host, step, squeezed):
    body, wanted = STREAMS[host]

    said, watch = read(host, gzip.compress(body) if squeezed else body, encoding="gzip" * squeezed, step=step)

    assert tuple(said[name] for name in NAMES) == wanted
    assert said["complete"]
    assert watch.events == body.count(b"\r\n\r\n")


@pytest.mark.full
@pytest.mark.parametrize("host", STREAMS)
@given(share=st.floats(0, 1))
def test_a_stream_that_breaks_off_before_its_last_count_is_not_complete(host, share):
    body, _ = STREAMS[host]
    last = body.rindex(b"message_delta" if host == "api.anthropic.com" else b"data: ")

    said, _ = read(host, body[: int(last * share)])

    assert not said["complete"]
    assert said["provider"]


def test_a_message_that_is_no_stream_says_it_too():
    body = {
        "type": "message",
        "model": "claude-opus-5-5",
        "usage": {"input_tokens": 3, "output_tokens": 4, "service_tier": "standard"},
    }

    said, watch = read("api.anthropic.com", json.dumps(body).encode(), "application/json", step=5)

    assert (said["input"], said["output"], said["complete"]) == (3, 4, True)
    assert said["raw"]["service_tier"] == "standard"
    assert watch.events is None


def test_a_chat_completion_says_it_in_its_last_piece():
    pieces = sse(
        {"object": "chat.completion.chunk", "model": "m", "choices": [{}], "usage": None},
        {
            "object": "chat.completion.chunk",
            "model": "m",
            "choices": [],
            "usage": {
                "prompt_tokens": 9,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 4},
            },
        },
    )

    said, _ = read("openrouter.ai", pieces + b"data: [DONE]\n\n")

    assert (said["provider"], said["input"], said["cache_read"], said["output"]) == ("openrouter", 5, 4, 5)
    assert said["complete"]


def test_a_gemini_answer_may_be_a_list_and_may_be_wrapped():
    chunk = {"candidates": [{"finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 7}}

    listed, _ = read(
        "generativelanguage.googleapis.com", json.dumps([chunk, chunk]).encode(), "application/json"
    )
    wrapped, _ = read("cloudcode-pa.googleapis.com", sse({"response": chunk}))

    assert listed["input"] == wrapped["input"] == 7
    assert listed["complete"] and wrapped["complete"]


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (404, "application/json", b'{"error": {"type": "not_found_error"}}'),
        (200, "application/json", b'{"object": "list", "data": []}'),
        (200, "application/json", b""),
        (529, SSE, b""),
    ],
)
def test_an_answer_of_no_model_costs_nothing(status, kind, body):
    assert read("api.anthropic.com", body, kind, status=status)[0] is None


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "usage", "model", "message", "response", "candidates", "usageMetadata", "input_tokens",
             "input_tokens_details", "choices", "finishReason", "promptTokenCount", "x"]
        ),
        inner | st.sampled_from(["message_start", "message_delta", "message", "response.completed"]),
        max_size=5,
    ),
)  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("host", STREAMS)
@given(value=JUNK)
def test_nonsense_from_a_provider_is_read_without_harm(host, value):
    said, _ = read(host, sse(value), SSE)

    json.dumps(said)


@pytest.mark.full
def test_an_answer_that_swells_beyond_reason_is_not_unpacked():
    bomb = gzip.compress(bytes(1 << 26))

    said, watch = read("api.openai.com", bomb, encoding="gzip", step=1000)

    assert watch.lost and watch.events is None
    assert said["complete"] is False
    assert watch.decoded < 1 << 25


def test_other_hosts_streams_are_counted_and_not_unpacked():
    plain = watches.watch("example.org", 200, SSE, "")
    plain.feed(b"data: 1\n\ndata: 2\n\n")
    plain.finish()

    assert (plain.events, plain.model) == (2, None)
    assert watches.watch("example.org", 200, SSE, "gzip") is None
    assert watches.watch("example.org", 200, "text/html", "") is None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.anthropic.com", "anthropic"),
        ("us-central1-aiplatform.googleapis.com", "google"),
        ("chatgpt.com", "openai"),
        ("evilapi.openai.com.example.org", None),
        ("example.org", None),
    ],
)
def test_a_provider_is_known_by_its_host(host, name):
    assert usage.provider(host) == name


NULLS = {"input_tokens": None, "cache_creation_input_tokens": None, "cache_read_input_tokens": None}


@pytest.mark.parametrize(
    "later",
    [
        NULLS,
        dict.fromkeys(NULLS, "?"),
        dict.fromkeys(NULLS, -1),
        dict.fromkeys(NULLS, 0.5),
        dict.fromkeys(NULLS, True),
    ],
)
def test_what_is_no_count_takes_none_back(later):
    first = {
        "input_tokens": 25,
        "cache_creation_input_tokens": 5,
        "cache_read_input_tokens": 700,
        "output_tokens": 1,
    }
    stream = sse(
        {"type": "message_start", "message": {"model": "model-x", "usage": first}},
        {"type": "message_delta", "delta": {}, "usage": {**later, "output_tokens": 15}},
    )

    said, _ = read("api.anthropic.com", stream)

    assert tuple(said[name] for name in NAMES) == ("anthropic", "model-x", 25, 15, 700, 5, None)


def test_null_takes_back_no_part_of_a_count_either():
    whole = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 2}
    later = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": None}, "output_tokens": 5}
    stream = sse(
        {"type": "response.in_progress", "response": {"id": "r", "model": "m", "usage": whole}},
        {"type": "response.completed", "response": {"id": "r", "model": "m", "usage": later}},
    )

    said, _ = read("api.openai.com", stream)

    assert (said["input"], said["cache_read"], said["output"]) == (5, 4, 5)


@pytest.mark.parametrize("odd", ["NaN", "1e400", "-Infinity", "9" * 5000, "null", '"\\ud83d"'])
def test_an_odd_number_costs_that_number_and_the_line_stays_json(odd):
    body = '{"type": "message", "model": "m", "usage": {"input_tokens": ODD, "output_tokens": 4}}'.replace(
        "ODD", odd
    )

    said, _ = read("api.anthropic.com", body.encode(), "application/json")

    assert (said["input"], said["output"]) == (None, 4)
    assert json.loads(json.dumps(said, allow_nan=False)) == said


def chunk(*choices, **more):
    return {"object": "chat.completion.chunk", "model": "m", "choices": list(choices), **more}


SPENT = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 2}}


@pytest.mark.parametrize(
    ("told", "complete", "output"),
    [
        ([chunk({"delta": {}}), chunk({"finish_reason": "stop"}), chunk(usage=SPENT)], True, 4),
        ([chunk({"finish_reason": "stop"}), chunk({"finish_reason": None}, usage=SPENT)], True, 4),
        ([chunk({"finish_reason": "stop"}, usage=SPENT)], True, 4),
        ([chunk({"delta": {}}, usage={**SPENT, "completion_tokens": 1}), chunk({"delta": {}})], False, 1),
        ([chunk({"delta": {}}), chunk({"finish_reason": "stop"})], False, None),
        ([chunk(5, usage=None), {"object": "chat.completion.chunk", "choices": 5}], False, None),
    ],
)
def test_a_streamed_chat_completion_is_counted_when_it_has_come_to_its_end(told, complete, output):
    read = usage.Usage("openai")
    for one in told:
        read.read(json.dumps(one))

    said = read.said()
    assert (said["complete"], said["output"]) == (complete, output)
    assert said["input"] == (7 if output else None)


def test_the_answers_of_our_own_providers_are_read_in_their_protocols_words():
    mine = provider(
        "mine", {"answers": "anthropic", "hosts": [{"name": "mine.example"}, {"name": "eu.api.openai.com"}]}
    )
    usage.know([*PROVIDERS, mine])
    try:
        assert [usage.provider(host) for host in ("mine.example", "eu.api.openai.com", "us.api.openai.com")] == [
            "mine", "mine", "openai",
        ]  # fmt: skip
        read = usage.Usage("mine")
        read.read('{"type": "message", "model": "m", "usage": {"output_tokens": 3}}')
        assert (read.said()["provider"], read.said()["output"]) == ("mine", 3)
    finally:
        usage.know(PROVIDERS)
