"""Every fault of the tournament at every level: when it is over, every outcome is what was so.

There is no engine here, so nothing is fired: what an engine adds is tried in test_windows.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nab.actions.reports import diagnostics as reports
from nab.actions.scores import diagnostics
from nab.actions.windows import reconcile
from nab.core.facts import Cause, ScoreSeen, Tick
from nab.core.levels import Level
from nab.core.outcomes.outcomes import Status
from nab.core.scores import scores
from nab.edges import clock
from nab.edges.files import files
from nab.edges.numerai import api as numerai_api
from nab.edges.numerai import diagnosis
from nab.tournament.play.faults import KINDS
from support.records.proxy_lines import dump

# How each fault is switched on so that it lies over the whole window, and for as long as we look.
FAULTS = {name: name for name in KINDS} | {
    "gateway-timeout": "gateway-timeout:times=0,operation=",
    "queued-flips-late": "queued-flips-late:seconds=100000",
    "listed-late": "listed-late:seconds=100000",
    "stale-answers": "stale-answers:seconds=900",
    "empty-answers": "empty-answers:operation=",
    "hanging": "hanging:seconds=3600",
    "truncated-download": "truncated-download:times=0",
    "late-open": "late-open:seconds=60",
}


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits a minute for an answer that does not come."""
    quick = numerai_api.Patience(connect=1, read=0.3, budget=3, tries=2, pause=0.01)
    monkeypatch.setattr(numerai_api, "PATIENCE", quick)


def ask(world):
    connection = numerai_api.connect(world.bench.config)
    connection.known_offset = world.offset()
    reconcile.look_at_all(world.bench, connection, now=True)


@pytest.mark.parametrize("fault", FAULTS)
def test_when_a_fault_is_over_every_outcome_is_what_was_so(quiet, impatient, fault):
    submits = quiet.enrol("codex", Level.L4)
    other = quiet.enrol("baseline", Level.L3)
    for level in (Level.L1, Level.L2):
        quiet.enrol("baseline", level, model="nab_baseline_l3")
    number = quiet.to_a_fresh_round()
    quiet.tick()
    quiet.upload(submits)

    quiet.fault(FAULTS[fault])
    quiet.tick()
    quiet.past_the_grace()
    for _ in range(2):
        quiet.tick()
        ask(quiet)
    during = {name: quiet.row(name, number).outcome for name in quiet.bench.standings().enrolments}
    quiet.clear()
    quiet.tick()
    ask(quiet)

    assert quiet.row(submits, number).outcome.words == "verified on-time"
    for name in quiet.bench.standings().enrolments:
        row = quiet.row(name, number)
        if name != submits:
            assert row.outcome.status is Status.MISSED
            assert (row.outcome.cause, row.outcome.reason) == (
                Cause.AGENT,
                "the agent left no executable submit.sh",
            )
        # While it lasted nobody was verified who had not submitted.
        assert name == submits or during[name].status is not Status.VERIFIED
    ticks = [event.fact for event in quiet.bench.log.events() if isinstance(event.fact, Tick)]
    assert all(set(one.decisions) == set(quiet.bench.standings().enrolments) for one in ticks)
    assert other in ticks[0].decisions


@pytest.mark.parametrize(
    "fault", ["too-many-requests", "hanging", "html", "gateway-timeout:times=0,operation="]
)
def test_an_api_that_fails_all_through_a_window_is_numerais_miss_at_every_level(
    quiet, impatient, monkeypatch, fault
):
    quiet.let_our_clock_go_along(monkeypatch)
    entrants = [
        quiet.enrol("codex", Level.L4),
        *(
            quiet.enrol("baseline", level, model="nab_baseline_l3", script="#!/bin/sh\n")
            for level in (Level.L1, Level.L2, Level.L3)
        ),
    ]
    number = quiet.to_a_fresh_round() + 1
    quiet.tick()
    quiet.advance(quiet.until("next_opens") - 1)
    quiet.fault(fault)
    quiet.advance(2)
    for _ in range(3):
        quiet.tick()
        quiet.advance(60)
    quiet.clear()
    quiet.past_the_grace()
    quiet.tick()
    ask(quiet)

    for name in entrants:
        outcome = quiet.row(name, number).outcome
        assert (outcome.status, outcome.cause) == (Status.MISSED, Cause.NUMERAI), name


def test_every_fault_is_tried():
    assert set(FAULTS) == set(KINDS)


def test_a_late_upload_is_late_for_its_round_and_stands_in_for_no_script_of_the_next(quiet):
    late = quiet.enrol("baseline", Level.L3, script="#!/bin/sh\n")
    number = quiet.to_a_fresh_round()
    quiet.tick()
    quiet.advance(quiet.until("closes_on_time") + 5)
    quiet.upload(late)
    quiet.tick()
    assert quiet.row(late, number).outcome.words == "verified late"

    quiet.to_a_fresh_round()
    decision = quiet.tick()[late]
    assert decision[1].value == "the Docker engine did not answer"  # it would be fired if there were one
    assert quiet.row(late, number + 1).outcome.words == "verified on-time"


def test_scores_are_kept_with_ranks_and_what_rounds_pay_and_nothing_is_kept_twice(quiet):
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()
    quiet.tick()
    quiet.upload(loop)
    quiet.tick()
    quiet.advance(600 + 10 * 21)

    assert quiet.fetch_scores() > 0
    quiet.fetch_scores()  # on a slow machine another day is over by now
    told = [
        (one.run, one.round, one.fact) for one in quiet.bench.log.events() if isinstance(one.fact, ScoreSeen)
    ]
    assert len(told) == len(set(told))
    row = quiet.row(loop, number)
    assert {"v2_corr20", "mmc", "bmc", "fnc_v3", "corr60", "mmc60"} <= set(row.scores)
    assert row.scores["mmc"].final and not row.scores["mmc60"].final
    kinds = quiet.kinds()
    assert kinds.count("regime.seen") >= 1
    assert kinds.count("ranks.seen") >= 1


def test_the_benchmark_models_are_kept_beside_ours_and_are_in_no_table(quiet):
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()
    quiet.tick()
    quiet.upload(loop)
    quiet.tick()
    quiet.advance(400 + 10 * 25)
    assert quiet.fetch_scores() > 0
    before = quiet.script("results.py").stdout

    assert "of reference models" in quiet.script("fetch_scores.py").stdout
    facts = [event.fact for event in quiet.bench.log.events() if event.kind == "reference.seen"]
    assert {(fact.model, fact.account, fact.error) for fact in facts} == {
        ("v53_lgbm_ender20", "benchmark_models", ""), ("v53_lgbm_ender60", "benchmark_models", "")
    }  # fmt: skip
    told = [
        value for fact in facts for value in fact.values if (value.round, value.metric) == (number, "mmc")
    ]
    assert [value.day for value in told] == [*range(1, 21)] * 2
    assert {value.version for value in told} == {"1"}
    assert loop in before
    assert quiet.script("results.py").stdout == before


def test_a_round_that_resolves_and_one_that_is_rescored_write_what_is_news_and_nothing_else(quiet):
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()
    quiet.tick()
    quiet.upload(loop)
    quiet.tick()
    every_day = 5 * 20 + 2 * 60

    def written(kind):
        events = quiet.bench.log.events()
        return sum((event.round, event.kind) == (number, kind) for event in events)

    quiet.advance(400 + 10 * 45)
    quiet.fetch_scores()
    assert 0 < written("score.seen") < every_day  # the round has yet to resolve
    assert written("round.resolved") == 0
    quiet.advance(600)
    quiet.fetch_scores()
    archive = scores.archive(quiet.bench.log.events())[loop, number]
    assert (written("score.seen"), written("round.resolved")) == (every_day, 1)
    assert archive.revised() == {}

    quiet.fault("rescored:version=2,factor=0.5")
    quiet.fetch_scores()
    regime = scores.regimes(quiet.bench.log.events())[number]
    archive = scores.archive(quiet.bench.log.events())[loop, number]
    assert (regime.names["mmc"], regime.versions["mmc"]) == ("meta_model_contribution", "2")
    assert {tuple(one.version for one in said) for said in archive.revised().values()} == {("1", "2")}
    assert written("score.seen") == 2 * every_day
    assert quiet.fetch_scores() == 0


def test_what_an_agent_had_diagnosed_is_kept_with_its_file_its_metrics_and_what_followed(quiet):
    import hashlib

    from support.servers.local_tournaments import eventually

    loop = quiet.enrol("codex", Level.L4)
    run = quiet.bench.standings().enrolments[loop].run
    model = quiet.bench.standings().enrolments[loop].enrolled.model_id
    quiet.to_a_fresh_round()
    quiet.tick()
    api = quiet.client()
    api.download_dataset("v5.3/validation_example_preds.csv", "preds.csv")
    job = api.upload_diagnostics("preds.csv", model_id=model)
    (told,) = [one for one in numerai_api.connect(quiet.bench.config).diagnostics(model) if one.id == job]
    digest = hashlib.sha256(Path("preds.csv").read_bytes()).hexdigest()
    # What the proxy writes of these two calls (docs/capture.md).
    put = {"phase": "done", "method": "PUT", "path": f"/d/{told.filename}", "upload_sha256": digest}
    create = {"phase": "done", "graphql": {"operation": "mutation", "fields": ["createDiagnostics"]}}
    for line in (put, create):
        line["time"] = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
        files.append_line(quiet.bench.run(run).http, dump(line)[:-1])

    def done():
        quiet.tick()
        return [one for one in reports.told(quiet.bench) if one.seen.status == "done"]

    (candidate,) = eventually(done)
    assert candidate.seen.sha256 == digest
    assert candidate.seen.metrics["validationCorrMean"] > -1
    assert candidate.seen.metrics["validationMmcMean"] is None
    assert diagnostics.fetch(quiet.bench, numerai_api.connect(quiet.bench.config)) == 0
    (answer,) = json.loads(reports.whole(quiet.bench, job))["data"]["diagnostics"]
    assert set(diagnosis.AGGREGATES.split()) <= set(answer)
    assert candidate.seen.eras == answer["erasAcceptedCount"] == len(answer["perEraDiagnostics"]) > 1
    assert all({*diagnosis.PER_ERA.split(), "era"} == set(era) for era in answer["perEraDiagnostics"])
    assert all(era["validationCorr"] is not None for era in answer["perEraDiagnostics"])
    assert all(era["validationMmc"] is None for era in answer["perEraDiagnostics"])
    assert [answer[name] for name in answer if "Mmc" in name and answer[name] is not None] == []
    assert quiet.script("diagnostics.py", "--whole", job).stdout.encode().strip() == reports.whole(
        quiet.bench, job
    )
    submission = quiet.upload(loop)
    quiet.tick()
    assert reports.told(quiet.bench)[0].became == submission
    assert digest[:12] in quiet.script("diagnostics.py").stdout
