"""What was answered, to the token."""

from nab.models.ledger import Entry, Ledger
from nab.models.turns import Usage


def entry(session="s", *, finished=True, usage=None, model="m"):
    return Entry(
        id="1",
        time="2026-05-16T13:02:07Z",
        provider="openai",
        model=model,
        session=session,
        scenario="basic",
        prompts=1,
        step=0,
        failed_before=0,
        status=200,
        streamed=True,
        finished=finished,
        usage=usage or Usage(input=3, cache_read=1, output=5, reasoning=2),
        planned=Usage(),
        request_bytes=10,
        response_bytes=20,
        seconds=0.1,
    )


def test_totals_are_sums_by_provider_and_model(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for model in ("m", "n", "m"):
        ledger.add(entry(model=model))

    assert ledger.totals()["openai/m"] == {
        "requests": 2,
        "input": 6,
        "cache_read": 2,
        "cache_write": 0,
        "output": 10,
        "reasoning": 4,
    }
    assert ledger.totals()["openai/n"]["requests"] == 1


def test_a_server_that_starts_again_goes_on_with_the_ledger(tmp_path):
    Ledger(tmp_path / "ledger.jsonl").add(entry(finished=False))
    again = Ledger(tmp_path / "ledger.jsonl")

    assert again.entries == [entry(finished=False)]
    assert again.failed("s") == 1


def test_failures_are_counted_by_conversation(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add(entry("one", finished=False))
    ledger.add(entry("two"))

    assert (ledger.failed("one"), ledger.failed("two")) == (1, 0)


def test_failures_are_counted_by_provider_too(tmp_path):
    Ledger(tmp_path / "ledger.jsonl").add(entry("one", finished=False))
    again = Ledger(tmp_path / "ledger.jsonl")
    again.add(entry("two", finished=False))

    assert again.failed("openai") == 2
