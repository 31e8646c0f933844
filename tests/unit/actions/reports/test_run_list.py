"""make runs, make show and make turns, on a real log; no box is needed for them."""

from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.reports import run_list, run_timeline
from nab.actions.turns import table
from nab.core.errors import NabError
from nab.core.facts import (
    AttemptEnded,
    Cause,
    Counts,
    GapSeen,
    Intervened,
    RunCreated,
    RunEnded,
    RunEnding,
    RunStarted,
    ScriptChecked,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    SubmissionSeen,
    TurnBegan,
    TurnEnded,
    UploadSeen,
    UsageCounted,
)
from nab.core.levels import Level
from nab.core.text import times
from nab.core.text.tables import plain
from nab.edges import clock
from support.records.logs import RUN, WHO, enrolled, intended
from support.repository.benches import bench_on

L4, L4_RUN = "codex-l4", "2026-05-15T100000Z-codex-l4"


def ago(seconds):
    return times.text(clock.now() - timedelta(seconds=seconds))


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)

    def add(*facts, who=WHO, run=RUN, number=None):
        for fact in facts:
            bench.log.append(fact, entrant=who, run=run, round=number)

    usage = UsageCounted(
        session="work-1", provider="openai", model="m", answers=2, cut=0, upto=9, usd=0.5,
        counts=Counts(input=900, output=100),
    )  # fmt: skip
    add(
        structs.replace(intended(), llm="gpt-6.1-sol"),
        RunCreated(container="c" * 64),
        RunStarted(started_at=ago(0)),
        SessionStarted(session="work-1", mode="first", conversation="c"),
        GapSeen(witness="proxy", began=ago(9), ended=ago(2), reason="it had ended"),
        SessionEnded(
            session="work-1",
            ending=SessionEnding.CRASH,
            reason="exit \x1b[31mcode\n1",
            began=ago(9),
            ended=ago(1),
            calls=3,
        ),
        usage,
        Intervened(what="stall", text="ended after 120 minutes without a word"),
        ScriptChecked(verdict="ready"),
        RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="it says that it is done"),
        enrolled(),
    )
    add(AttemptEnded(exit_code=0, seconds=4, cause=Cause.UNKNOWN, reason="submit.sh ended well"), number=1269)
    add(UploadSeen(submission="s-1"), number=1269)
    seen = SubmissionSeen(submission="s-1", status="on-time", selected=True, inserted_at=ago(0))
    bench.log.append(seen, entrant=WHO, round=1269)
    add(
        intended(level=Level.L4),
        RunStarted(started_at=ago(0)),
        TurnEnded(
            because="claude-l4 is the least served", active_seconds=3600, cpu_seconds=7200, gpu_seconds=60
        ),
        TurnBegan(because="codex-l4 is the least served"),
        who=L4,
        run=L4_RUN,
    )
    return bench


def test_runs_are_listed_with_their_end_and_their_cost(bench):
    finished, going = run_list.told(bench)

    assert (finished.run, finished.ending, finished.cost, finished.sessions) == (
        RUN,
        "finished",
        "$0.50",
        1,
    )
    assert (going.run, going.state, going.ending) == (L4_RUN, "running", None)
    lines = plain(run_list.show([finished, going])).splitlines()
    assert lines[1].startswith(RUN)
    assert lines[1].endswith("finished: it says that it is done")


def test_an_empty_log_lists_nothing_and_says_what_to_do(tmp_path):
    empty = bench_on(tmp_path)

    assert "make run" in plain(run_list.show(run_list.told(empty)))
    assert "make run" in plain(table.show(table.told(empty)))


def test_a_run_is_told_in_order_with_everything_that_befell_it(bench):
    told = run_timeline.told(bench, RUN)
    kinds = [one.kind for one in told.timeline]

    assert kinds[:3] == ["run.intended", "run.created", "run.started"]
    assert {
        "session.started",
        "gap.seen",
        "session.ended",
        "intervention",
        "script.checked",
        "run.ended",
    } <= set(kinds)
    assert {"attempt.ended", "upload.seen", "submission.seen"} <= set(kinds)
    assert [*told.timeline] == sorted(told.timeline, key=lambda one: one.at)


def test_its_story_says_cost_and_cause_and_cannot_drive_the_terminal(bench):
    text = plain(run_timeline.show(run_timeline.told(bench, RUN)))

    assert "work-1 ends: crash (exit \\x1b[31mcode 1); 8 s, 3 tool calls, $0.50" in text
    assert "gap: no proxy for 7 s (it had ended)" in text
    assert "ended: finished (it says that it is done), the doing of: agent" in text
    assert "round 1269: Numerai lists the submission s-1: on-time" in text
    assert "\x1b" not in text


@pytest.mark.full
def test_a_long_story_shows_its_newest_lines_and_says_so(bench):
    for number in range(300):
        bench.log.append(Intervened(what="test", text=f"number {number}"), entrant=WHO, run=RUN)
    told = run_timeline.told(bench, RUN)

    assert "earlier lines: ALL=1" in plain(run_timeline.show(told))
    assert "number 0" not in plain(run_timeline.show(told))
    assert "number 0" in plain(run_timeline.show(told, everything=True))


@pytest.mark.parametrize("name", ["nonsense", "../../etc"])
def test_a_run_that_is_not_known_is_one_sentence_with_the_choices(bench, name):
    with pytest.raises(NabError) as error:
        run_timeline.told(bench, name)
    assert RUN in error.value.hint


def test_without_a_name_the_newest_run_is_told_and_a_part_of_a_name_is_enough(bench):
    assert run_timeline.told(bench, "").run == L4_RUN
    assert run_timeline.told(bench, RUN[:12]).run == RUN


def test_a_submission_of_the_next_run_is_not_told_of_this_one(bench):
    bench.log.append(intended(), entrant=WHO, run="2026-06-01T000000Z-codex-l3")
    later = SubmissionSeen(submission="s-2", status="on-time", selected=True, inserted_at=ago(0))
    bench.log.append(later, entrant=WHO, round=1270)

    assert "s-2" not in plain(run_timeline.show(run_timeline.told(bench, RUN)))
    assert "s-2" in plain(run_timeline.show(run_timeline.told(bench, "2026-06-01T000000Z-codex-l3")))


def test_the_table_of_turns_begins_with_those_that_have_slices(bench):
    told = table.told(bench)
    first, second = told.entrants

    assert (first.entrant, first.turns, first.cpu_seconds, first.gpu_seconds) == (L4, 2, 7200, 60)
    assert (second.entrant, second.tokens, second.cost) == (WHO, 1000, "$0.50")
    assert [one.run for one in told.turns_now] == [L4_RUN]
    text = plain(table.show(told))
    assert "2.0 h" in text
    assert f"now: {L4_RUN}" in text


def test_the_doors_change_nothing(bench):
    before = bench.log.last_seq
    run_list.told(bench), run_timeline.told(bench, RUN), table.told(bench)
    assert bench.log.last_seq == before
