"""Two entrants of one agent at one level, in everything that is shown: each by its name, and nothing of the other's."""

import json
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.log import derived
from nab.actions.reports import explanations, results, run_list, run_timeline, status
from nab.actions.turns import table
from nab.core.facts import (
    Counts,
    EntrantEnrolled,
    RunCreated,
    RunStarted,
    SubmissionSeen,
    TurnBegan,
    UploadSeen,
    UsageCounted,
)
from nab.core.levels import Level
from nab.core.text import times
from nab.core.text.tables import plain
from nab.edges.docker import engine
from support.records.eventful import write
from support.records.logs import NOON, ROUND, Log, intended, round_seen
from support.repository.benches import bench_on

FIRST, SECOND = "codex-l4", "codex-l4-b"
BOTH = {FIRST: "s-1", SECOND: "s-2"}
EARLY = NOON - timedelta(hours=3)


def run_of(entrant):
    return f"2026-05-16T090000Z-{entrant}"


def told(entrant):
    """Return the intent of a run whose replica is in its entrant's name."""
    made = structs.replace(intended(level=Level.L4), llm="gpt-6.1-sol", budget_seconds=None)
    if entrant == SECOND:
        made = structs.replace(made, replica="b", model="nab_codex_b", model_id="id-of-codex-b", llm="gpt-7")
    return made


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A bench on which both run, submitted to a round, and were scored."""
    log = Log()
    for who in BOTH:
        usage = UsageCounted(
            session="work-1", provider="openai", model=told(who).llm, answers=1, cut=0, upto=9,
            counts=Counts(input=9, output=1), usd=0.5 if who == FIRST else 0.25,
        )  # fmt: skip
        for fact in (
            told(who),
            RunCreated(container=who * 8),
            RunStarted(started_at=times.text(EARLY)),
            TurnBegan(because="it is the least served"),
            usage,
        ):
            log.add(fact, EARLY, entrant=who, run=run_of(who))
    log.add(round_seen(), NOON, round=ROUND.number)
    for who, submission in BOTH.items():
        log.add(UploadSeen(submission=submission), NOON, entrant=who, run=run_of(who), round=ROUND.number)
        listed = SubmissionSeen(
            submission=submission, status="on-time", selected=True, inserted_at=times.text(NOON)
        )
        log.about(listed, NOON + timedelta(minutes=5), who)
    bench = bench_on(tmp_path_factory.mktemp("bench"), '[models]\nkind = "scripted"\n')
    write(log, bench.paths.events)
    derived.publish(bench)
    with pytest.MonkeyPatch.context() as here:
        here.setattr(engine, "running_boxes", lambda label: [])
        yield bench


def words(text):
    return text.replace(":", " ").replace(",", " ").split()


def test_every_report_names_each(bench):
    shown = {
        "status": plain(status.show(status.status(bench))),
        "turns": plain(table.show(table.told(bench))),
        "results": plain(results.results(bench)),
        "round": plain(explanations.show_round(explanations.of_round(bench, None))),
    }

    for what, text in shown.items():
        assert {FIRST, SECOND} <= set(words(text)), what
    assert [one.entrant for one in run_list.told(bench)] == [FIRST, SECOND]


def test_an_outcome_is_folded_from_the_evidence_of_its_own_entrant_alone(bench):
    for who, submission in BOTH.items():
        said = plain(explanations.show_entrant(explanations.of_entrant(bench, None, who)))

        assert submission in said
        assert not any(other in said for other in BOTH.values() if other != submission)


def test_each_run_has_its_own_costs_and_model_and_says_which_of_the_two_it_is(bench):
    first, second = (run_timeline.told(bench, run_of(who)) for who in BOTH)

    assert (first.cost, second.cost) == ("$0.50", "$0.25")
    assert (first.model, second.model) == ("nab_codex", "nab_codex_b")
    assert (first.llm, second.llm) == ("gpt-6.1-sol", "gpt-7")
    assert first.timeline[0].words.startswith("intended: codex at L4 for the model nab_codex, gpt-6.1-sol")
    assert second.timeline[0].words.startswith(
        "intended: codex at L4, replica b for the model nab_codex_b, gpt-7"
    )
    assert all(
        submission in str(one.timeline)
        for one, submission in zip((first, second), BOTH.values(), strict=True)
    )
    assert "s-2" not in str(first.timeline) and "s-1" not in str(second.timeline)


def test_each_has_derived_files_of_its_own(bench):
    kept = {path.stem: json.loads(path.read_text()) for path in bench.paths.entrants.glob("*.json")}

    assert set(kept) == {FIRST, SECOND}
    assert json.loads(bench.run(run_of(SECOND)).record.read_text())["made_of"]["replica"] == "b"


def test_whoever_submits_by_itself_is_enrolled_as_the_replica_that_it_is(bench):
    enrolments = bench.standings().enrolments

    assert {name: one.enrolled.replica for name, one in enrolments.items()} == {FIRST: "", SECOND: "b"}
    assert isinstance(enrolments[SECOND].enrolled, EntrantEnrolled)
    assert enrolments[SECOND].enrolled.model_id == "id-of-codex-b"
