import json

import pytest
from msgspec import structs

from nab.actions.log import derived, verify
from nab.actions.reports import results, status
from nab.core.errors import NabError
from nab.core.facts import (
    AttemptEnded,
    Cause,
    OutcomeChanged,
    Poll,
    RunEnded,
    RunEnding,
    ScoreSeen,
    SubmissionSeen,
)
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from nab.core.text.tables import plain
from support.records.logs import NOON, ROUND, RUN, WHO, enrolled, intended, round_seen
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path):
    """A bench with one finished run and one missed round."""
    bench = bench_on(tmp_path)
    bench.log.append(intended(), entrant=WHO, run=RUN)
    ended = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="by itself", exit_code=0)
    bench.log.append(ended, entrant=WHO, run=RUN)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=NOON.replace(day=15))
    bench.log.append(round_seen(), round=ROUND.number)
    bench.log.append(Poll(ok=True), entrant=WHO, valid=settles(ROUND))
    derived.publish(bench)
    return bench


def list_it(bench):
    sighting = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=times.text(NOON))
    bench.log.append(sighting, entrant=WHO, round=ROUND.number)


def round_file(bench):
    return json.loads((bench.paths.rounds / "1269.json").read_text())["entrants"][WHO]


def test_the_derived_files_say_what_the_log_says(bench):
    assert round_file(bench)["outcome"] == "missed"
    assert (
        json.loads((bench.paths.entrants / f"{WHO}.json").read_text())["rounds"]["1269"]["cause"] == "harness"
    )
    assert json.loads(bench.run(RUN).record.read_text())["ended"]["ending"] == "finished"


def test_a_published_miss_that_turns_out_a_submission_is_corrected_once_and_for_all_to_see(bench):
    list_it(bench)
    derived.publish(bench)
    derived.publish(bench)

    changes = [event.fact for event in bench.log.events() if isinstance(event.fact, OutcomeChanged)]
    assert [(change.old, change.new) for change in changes] == [("missed", "verified on-time")]
    assert round_file(bench)["outcome"] == "verified on-time"


def test_verify_makes_lost_edited_and_strange_derived_files_again(bench):
    (bench.paths.rounds / "1269.json").write_text("{}")
    (bench.paths.rounds / "9999.json").write_text("{}")
    bench.run(RUN).record.unlink()

    said = verify.verify(bench).words

    assert "2 were right, 2 made again" in said
    assert round_file(bench)["outcome"] == "missed"
    assert not (bench.paths.rounds / "9999.json").exists()


def test_nothing_is_derived_from_a_damaged_log(bench):
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b'"ok":true', b'"ok":null'))
    (bench.paths.rounds / "1269.json").unlink()

    with pytest.raises(NabError, match="damaged in 1 place"):
        verify.verify(bench)
    assert not (bench.paths.rounds / "1269.json").exists()


def test_the_table_shows_scores_and_whose_doing_a_miss_was(bench):
    assert "harness: nobody looked while the window was open" in plain(results.results(bench))

    list_it(bench)
    for metric, value in (("v2_corr20", 0.0123), ("mmc", -0.004)):
        fact = ScoreSeen(
            metric=metric, day=20, value=value, percentile=0.731, submission="s1", resolved=False
        )
        bench.log.append(fact, entrant=WHO, round=ROUND.number)

    (row,) = [line for line in plain(results.results(bench)).splitlines() if line.startswith("1269")]
    before, _, after = row.partition("(missed until ")
    assert before.split() == ["1269", WHO, "verified", "on-time"]
    assert after.split(", corrected)")[1].split() == ["+0.0123", "-0.0040", "73", "20"]


def of_another_round(bench):
    """Have a row of an enrolled entrant in a round of before, and one of an entrant that never was enrolled."""
    bench.log.append(intended("gemini"), entrant="gemini-l3", run="g")
    for who, number in ((WHO, 1268), ("gemini-l3", 1269), ("gemini-l3", 1270)):
        sighting = SubmissionSeen(
            submission=f"{who}-{number}", status="on-time", selected=True, inserted_at=times.text(NOON)
        )
        bench.log.append(sighting, entrant=who, round=number)
    derived.publish(bench)


def test_what_was_not_owed_is_in_the_derived_files_and_marked(bench):
    of_another_round(bench)

    gemini = json.loads((bench.paths.entrants / "gemini-l3.json").read_text())
    assert (gemini["enrolled"], gemini["run"], gemini["model"]) == (None, "g", "nab_gemini")
    assert {number: one["owed"] for number, one in gemini["rounds"].items()} == {"1269": False, "1270": False}
    codex = json.loads((bench.paths.entrants / f"{WHO}.json").read_text())
    assert {number: one["owed"] for number, one in codex["rounds"].items()} == {"1268": False, "1269": True}
    of_1268 = json.loads((bench.paths.rounds / "1268.json").read_text())
    assert (of_1268["opens"], of_1268["entrants"][WHO]["outcome"]) == (None, "verified on-time")
    assert "0 made again" in verify.verify(bench).words


def test_status_and_results_show_what_was_not_owed_and_say_so(bench):
    of_another_round(bench)

    said, table = (
        plain(status.show(structs.replace(status.status(bench), boxes=()))),
        plain(results.results(bench)),
    )
    for words in (said, table):
        assert "1268   codex-l3   verified on-time (not owed)" in words
        assert "1269   gemini-l3  verified on-time (not owed)" in words
        assert "1269   codex-l3   missed" in words


def test_status_tells_of_runs_rounds_and_a_watcher_that_never_looked(bench):
    said = plain(status.show(structs.replace(status.status(bench), boxes=())))

    assert f"{RUN}  finished  by itself" in said
    assert "1269   codex-l3  missed" in said
    assert "has never looked" in said


def test_a_published_miss_that_turns_out_somebody_elses_doing_is_a_change_too(bench):
    failed = AttemptEnded(exit_code=1, seconds=1, cause=Cause.AGENT, reason="exit code 1")
    bench.log.append(failed, entrant=WHO, round=ROUND.number)
    derived.publish(bench)

    (change,) = [event.fact for event in bench.log.events() if isinstance(event.fact, OutcomeChanged)]
    assert (change.old, change.new) == ("missed, harness", "missed, agent")
    assert change.because == (5, 6)
