from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.usage import counting, own_counts
from nab.core.errors import NabError
from nab.core.facts import UsageCounted
from nab.core.text import times
from nab.core.usage.costs import used
from nab.edges.files import locks
from support.records.answers_of_models import MODEL, bench_with_a_run, line, record, the_run
from support.records.logs import NOON, RUN
from support.records.proxy_lines import dump
from support.records.recorded import CODING, KEPT


@pytest.fixture
def bench(tmp_path):
    return bench_with_a_run(tmp_path)


def facts(bench):
    return [event.fact for event in bench.log.events() if isinstance(event.fact, UsageCounted)]


def count(bench, session="work-1"):
    counting.count(bench, the_run(bench), session)


def answers(bench):
    return sum(one.answers for one in used(bench.log.events()).models)


def test_what_was_used_since_the_last_count_is_written_down_by_model(bench):
    path = record(bench, line(), line(model="other"))
    count(bench)
    record(bench, line())
    count(bench, "work-2")

    assert [(fact.session, fact.model, fact.answers) for fact in facts(bench)] == [
        ("work-1", MODEL, 1),
        ("work-1", "other", 1),
        ("work-2", MODEL, 1),
    ]
    assert facts(bench)[-1].upto == path.stat().st_size
    assert facts(bench)[0].usd == 0.0003
    assert facts(bench)[0].prices == counting.price_list(bench.config).version


def test_counting_again_changes_nothing(bench):
    record(bench, line())
    count(bench)
    before = bench.log.last_seq
    count(bench)
    count(bench, "work-2")

    assert bench.log.last_seq == before


def test_a_line_that_is_being_written_waits_for_the_next_count(bench):
    record(bench, line(), line()[:60])
    count(bench)
    assert answers(bench) == 1

    record(bench, line()[60:])
    count(bench)
    assert answers(bench) == 2


def test_a_run_without_a_record_has_used_nothing(bench):
    count(bench)

    assert facts(bench) == []


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_count_that_a_power_cut_left_a_part_of_is_made_whole(bench, tmp_path, kept):
    record(bench, line(), line(model="a"), line(model="b"))
    count(bench)
    drafts = counting.stretch(bench, the_run(bench), "work-1", (0, None))
    torn = bench_with_a_run(tmp_path / "torn")
    torn.log.append_all(drafts[:kept])
    record(torn, line(), line(model="a"), line(model="b"), line(model="a"))

    count(torn, "work-2")

    found = {one.model: one.answers for one in used(torn.log.events()).models}
    assert found == {MODEL: 1, "a": 2, "b": 1}


def test_two_do_not_count_at_once(bench, monkeypatch):
    record(bench, line())
    monkeypatch.setattr(counting, "WAIT_SECONDS", 0)

    with locks.held(bench.run(RUN).lock(counting.DUTY), what="it"), pytest.raises(NabError, match="busy"):
        count(bench)
    assert facts(bench) == []


def test_the_operator_may_price_what_we_do_not(tmp_path):
    bench = bench_with_a_run(tmp_path, settings="")
    (tmp_path / "prices.toml").write_text(
        'version = "mine"\n[[price]]\nprovider = "openai"\nmodel = "other"\nfrom = 2026-01-01\n'
        'input = 1\noutput = 1\nsource = "a contract"\n'
    )
    record(bench, line(model="other"))
    count(bench)

    assert facts(bench)[0].usd == 0.00011
    assert facts(bench)[0].prices.endswith("+mine")


def test_our_own_list_is_nobodys_own(tmp_path):
    bench = bench_with_a_run(tmp_path)
    beside_ours = structs.replace(bench.config, file=counting.PRICES.with_name("demo.toml"))

    assert "+" not in counting.price_list(beside_ours).version


def test_a_mistake_in_the_operators_prices_is_told_with_its_file(tmp_path):
    bench = bench_with_a_run(tmp_path, settings="")
    (tmp_path / "prices.toml").write_text("version = 3")

    with pytest.raises(NabError, match=r"prices\.toml: Expected `str`"):
        counting.price_list(bench.config)


def test_prices_that_are_a_folder_or_no_text_are_a_mistake_too(tmp_path):
    bench = bench_with_a_run(tmp_path, settings="")
    file = tmp_path / "prices.toml"

    file.mkdir()
    with pytest.raises(NabError, match="Is a directory"):
        counting.price_list(bench.config)
    file.rmdir()
    for content in (b"\xff", b"version = " + b"9" * 5000):
        file.write_bytes(content)
        with pytest.raises(NabError, match="not TOML"):
            counting.price_list(bench.config)


def keep(bench, agent, case, where):
    path = bench.run(RUN).sessions / "home" / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((KEPT / agent / f"{case}.transcript.jsonl").read_bytes())
    return path


PLACES = {
    "claude": ".claude/projects/-workspace/one.jsonl",
    "codex": ".codex/sessions/2026/11/24/rollout-one.jsonl",
    "gemini": ".gemini/tmp/slug/chats/session-one.jsonl",
}


@pytest.mark.parametrize("agent", PLACES)
def test_the_programs_own_counts_are_read_from_its_transcripts_and_older_copies_count_once(bench, agent):
    paths, adapter = bench.run(RUN), CODING[agent].cli
    assert own_counts.own_counts(paths, adapter) == {}

    keep(bench, agent, "basic", PLACES[agent])
    once = own_counts.own_counts(paths, adapter)
    keep(bench, agent, "basic", f"{PLACES[agent]}.1")

    assert list(once)
    assert own_counts.own_counts(paths, adapter) == once


def test_a_subagents_transcript_counts_too(bench):
    adapter = CODING["claude"].cli
    keep(bench, "claude", "basic", PLACES["claude"])
    alone = own_counts.own_counts(bench.run(RUN), adapter)
    keep(bench, "claude", "resumed", ".claude/projects/-workspace/one/subagents/agent-1.jsonl")

    both = own_counts.own_counts(bench.run(RUN), adapter)

    assert sum(one.output for one in both.values()) > sum(one.output for one in alone.values())


def test_at_the_runs_end_the_rest_is_counted_and_the_programs_own_counts_stand_beside(bench):
    keep(bench, "codex", "basic", PLACES["codex"])
    model, own = next(iter(own_counts.own_counts(bench.run(RUN), CODING["codex"].cli).items()))
    record(bench, line(model=f"{model}-2026-09-29", **structs.asdict(own)))

    counting.final(bench, the_run(bench))
    counting.final(bench, the_run(bench))

    (one,) = used(bench.log.events()).models
    assert (one.model, one.answers, one.own, one.difference) == (f"{model}-2026-09-29", 1, own, 0)
    assert len(facts(bench)) == 2


def test_a_control_has_no_counts_of_its_own(tmp_path):
    bench = bench_with_a_run(tmp_path, agent="baseline")
    counting.final(bench, the_run(bench))

    assert facts(bench) == []


def test_how_long_a_session_slept_is_read_from_its_part_of_the_record(bench):
    def call(began, status):
        at = times.text(NOON + timedelta(seconds=began))
        told = {"phase": "done", "time": at, "seconds": 1.0, "status": status, "host": "api.openai.com"}
        return dump({**told, "category": "llm", "usage": None})

    record(bench, line(), call(0, 429), call(11, 200), line())

    def slept():
        return counting.quiet(bench, the_run(bench), "work-1", NOON, NOON + timedelta(minutes=1))

    assert slept() == 10
    count(bench, "work-1")
    assert slept() == 10, "its own count does not hide it"
    later = NOON, NOON + timedelta(minutes=1)
    assert counting.quiet(bench, the_run(bench), "work-2", *later) == 0, "that was before its part"
