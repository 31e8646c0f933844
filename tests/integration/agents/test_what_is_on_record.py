"""What a real agent did is on record as a whole, and each record leads to the others, by id and time.

Every test is a question of those that are asked of the benchmark: whether its data are there. None is answered here.
"""

import base64
import gzip
import hashlib
import json
import re
import subprocess

import pytest

from nab.core.agents.events import Message
from nab.core.facts import (
    CanarySeen,
    DiagnosticsSeen,
    HarnessSeen,
    MachineSeen,
    OrphanEnded,
    OrphanSeen,
    OutcomeChanged,
    Poll,
    RunIntended,
    RunStarted,
    ScoreSeen,
    SessionEnded,
    SessionStarted,
    SubmissionSeen,
    TurnEnded,
    UploadSeen,
    UsageCounted,
)
from nab.core.text import times
from nab.core.usage import working_time
from nab.models.work import PAGES
from support.records.evidence import APART, Evidence, began
from support.worlds.studied import TITLES, WORDS, studied_world

pytestmark = pytest.mark.timeout(2400)  # it takes a minute where nothing else goes on
METRICS = re.compile(r"^candidate (\S+): mmc (\S+) corr (\S+) sharpe (\S+)$", re.MULTILINE)
HANDED_IN = re.compile(r"^candidate-(\d)\.csv: diagnostics id (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with studied_world(tmp_path_factory.mktemp("studied")) as made:
        yield made


@pytest.fixture(scope="module")
def record(world):
    return Evidence(world.world.bench, world.world.run)


@pytest.fixture(scope="module")
def study(record):
    """The tool call in which the candidates were measured."""
    (found,) = [one for one in record.tools if "candidate" in one.result.text]
    return found


@pytest.fixture(scope="module")
def submitted(record):
    """The calls that made a submission, and of each the one before it that put its file."""
    made = [one for one in record.asked("createSubmission") if one.graphql.submission]
    put = [one for one in record.calls if (one.upload or {}).get("kind") == "submission"]
    return list(zip(put, made, strict=True))


def test_what_it_read_is_there_with_the_call_and_the_tool_that_fetched_it(record):
    read = [one for one in record.calls if one.category in {"docs", "forum"}]

    assert [f"https://{one.host}{one.path}" for one in read] == list(PAGES)
    assert [one.page["response"]["title"] for one in read] == list(TITLES)
    for call, title, words in zip(read, TITLES, WORDS, strict=True):
        page = record.page(call)
        assert words in page and page.rstrip().endswith("</html>")
        about = call.page["response"]
        assert hashlib.sha256(page.encode()).hexdigest() == about["sha256"] and not about["truncated"]
        # Two clocks: on a busy machine the tool before or after may seem to have run at that moment, too.
        assert any(
            call.host in tool.command and f"read: {title}" in tool.result.text
            for tool in record.tools_at(began(call))
        )
        assert (call.run, call.session, call.status) == (record.run.name, "work", 200)


def test_it_read_before_it_wrote_its_first_model_by_one_clock(record):
    first = min(began(one) for one in record.calls if one.category in {"docs", "forum"})
    written = next(one for one in record.history(record.paths.history) if "study.py" in one.files)

    assert first < written.at
    code = record.text(record.paths.history, written.files["study.py"]).decode()
    assert "corrwith" in code and "createDiagnostics" not in code


def test_the_metrics_that_it_printed_are_there_with_the_tool_call_and_its_time(record, study):
    printed = METRICS.findall(study.result.text)

    assert [name for name, *_ in printed] == ["first-10", "last-10", "all"]
    assert all(-1 < float(value) < 1 for _, mmc, corr, *_ in printed for value in (mmc, corr))
    assert "study.py" in study.command and "Numerai: done" in study.result.text
    session = record.of(SessionStarted)[0]
    assert times.parse(session.valid) < times.parse(study.call.at) < times.parse(study.result.at)
    whole = (record.paths.sessions / "work-1" / "stdout.jsonl").read_text()
    assert all(
        f"mmc {mmc} corr {corr}" in whole for _, mmc, corr, _ in printed
    )  # printed, and in its transcript


def test_what_it_said_is_there_in_its_order_between_what_it_did(record, study):
    said = {
        one.text: times.parse(one.at)
        for one in record.said()
        if isinstance(one, Message) and one.role == "assistant"
    }
    (announced,) = [at for text, at in said.items() if text == "Now the candidates."]
    (afterwards,) = [at for text, at in said.items() if text == "A look at the data, beside the workspace."]

    assert announced - APART < times.parse(study.call.at) < times.parse(study.result.at) < afterwards + APART
    assert "I stop." in said


def test_each_diagnosis_is_whole_and_leads_to_its_file_its_metrics_and_its_code(record, study):
    seen = {one.fact.diagnostics: one for one in record.of(DiagnosticsSeen) if one.fact.answer}
    put = {
        one.path.rpartition("/")[2]: one
        for one in record.calls
        if (one.upload or {}).get("kind") == "diagnostics"
    }
    handed_in = HANDED_IN.findall(study.result.text)

    assert set(seen) == {id for _, id in handed_in} and len(seen) == len(put) == 3
    for number, id in handed_in:
        fact, call = seen[id].fact, put[seen[id].fact.filename]
        assert fact.status == "done" and fact.sha256 == call.upload_sha256
        assert study.holds(began(call)) and study.holds(times.parse(fact.inserted_at))
        (whole,) = json.loads(record.diagnosis(fact.answer))["data"]["diagnostics"]
        eras = whole["perEraDiagnostics"]
        assert len(eras) == fact.eras == whole["erasAcceptedCount"] > 1
        assert all(isinstance(era["validationCorr"], float) for era in eras)
        assert whole["validationMmcMean"] is None and fact.metrics["validationMmcMean"] is None
        assert whole["validationCorrMean"] == fact.metrics["validationCorrMean"]
        about, *rows = [json.loads(line) for line in record.upload(fact.sha256).splitlines()]
        table = record.text(record.paths.history, newest(record)[f"candidate-{number}.csv"])
        assert hashlib.sha256(table).hexdigest() == fact.sha256
        assert about["rows"] == table.count(b"\n") - 1 and len(rows) == about["sampled"] > 10
        assert json.loads(record.text(record.paths.history, newest(record)[f"weights-{number}.json"]))
    asked = [one for one in record.asked("createDiagnostics") if one.status == 200]
    created = [record.bodies(one)["response"]["data"]["createDiagnostics"]["id"] for one in asked]
    assert created == [id for _, id in handed_in]


def newest(record):
    return record.history(record.paths.history)[-1].files


def test_both_submissions_are_whole_and_lead_to_whoever_made_them_and_to_outcome_and_scores(
    record, submitted
):
    uploads = {one.fact.submission: one for one in record.of(UploadSeen)}
    listed = {one.fact.submission: one for one in record.of(SubmissionSeen)}
    (left,) = record.of(OrphanSeen)

    assert [uploads[made.graphql.submission].fact.by for _, made in submitted] == [
        "session:work-1",
        f"leftover:{left.fact.identity}",
    ]
    files = []
    for put, made in submitted:
        content = record.upload(put.upload_sha256)
        assert hashlib.sha256(content).hexdigest() == put.upload_sha256
        assert content.startswith(b"id,prediction\n") and content.count(b"\n") > 100
        assert listed[made.graphql.submission].fact.filename == put.path.rpartition("/")[2]
        assert times.parse(uploads[made.graphql.submission].valid) >= began(made)
        files.append(content)
    assert files[0] != files[1]
    in_session, by_itself = (record.tools_at(began(made)) for _, made in submitted)
    assert [one.command for one in in_session if "./submit.sh" in one.command] and not by_itself
    (scored,) = {one.fact.submission for one in record.of(ScoreSeen)}
    assert scored == submitted[-1][1].graphql.submission
    days = {one.fact.day: one for one in record.of(ScoreSeen) if one.fact.metric == "mmc"}
    assert sorted(days) == list(range(1, 21))
    assert days[20].round == uploads[scored].round == listed[scored].round is not None
    outcome = json.loads((record.bench.paths.rounds / f"{days[20].round}.json").read_text())
    told = outcome["entrants"][record.run.entrant]
    assert (told["submission"], told["made_by"]) == (scored, uploads[scored].fact.by)
    assert told["scores"]["mmc"]["value"] == days[20].fact.value


def test_what_it_asked_numerai_for_is_there_field_by_field(record):
    (asked,) = {record.bodies(one)["request"]["query"] for one in record.asked("diagnostics")}

    assert {"validationCorrMean", "validationMmcMean", "perEraDiagnostics"} <= set(re.findall(r"\w+", asked))
    fields = {field for one in record.calls if one.graphql for field in one.graphql.fields}
    assert {"createDiagnostics", "createSubmission", "dataset"} <= fields
    assert "submissionScores" not in fields  # it did not look at its live scores, and that is known


def test_a_script_beside_the_workspace_is_there_with_what_ran_it(record):
    place = record.paths.elsewhere
    written = next(one for one in record.history(place) if "tmp/probe.py" in one.files)

    text = record.text(place, written.files["tmp/probe.py"]).decode()
    (ran,) = [one for one in record.tools if "/tmp/probe.py" in one.command]
    assert "looked at by" in text and text in ran.command
    assert written.at > times.parse(ran.call.at) - APART
    installed = [one for one in record.jsonl(record.paths.packages) if one["kind"] == "python"]
    assert {"numerapi", "numpy", "pandas"} <= {name for one in installed for name in one["packages"]}


def test_what_it_left_running_is_there_from_its_session_to_its_end(record):
    (left,), (over,) = record.of(OrphanSeen), record.of(OrphanEnded)
    ended = next(one for one in record.of(SessionEnded) if one.fact.session == "work-1")
    later = next(one for one in record.of(SessionStarted) if one.fact.session == "work-2")
    census = record.jsonl(record.paths.processes)
    rows = [one for one in census if left.fact.identity.endswith(one.get("id", "?"))]

    assert (left.fact.session, over.fact.identity) == ("work-1", left.fact.identity)
    assert left.fact.since == ended.fact.ended and "./submit.sh" in left.fact.argv
    assert over.fact.cpu_seconds is not None and over.fact.cpu_seconds > 0
    assert {"appeared", "left"} <= {one["what"] for one in rows}
    assert [one["session"] for one in rows if one["what"] == "appeared"] == ["work-1"]
    assert any(str(left.fact.pid) in line for line in later.fact.leftovers), "the next session was told"
    (started,) = [
        one for one in record.tools if "weights-1.json" in one.command and "study.py" not in one.command
    ]
    assert started.holds(times.parse(left.fact.began))
    summary = [one for one in census if one["what"] == "summary"][-1]
    assert {"session", "alone", "unsure"} <= set(summary["cpu"])


def test_how_each_command_ended_and_what_was_going_on_meanwhile_is_there(record, study):
    samples = record.jsonl(record.paths.resources)
    inside = [one for one in samples if study.holds(times.parse(one["time"]))]

    assert [one.result.exit_code for one in record.tools] == [0] * len(record.tools)
    assert len(inside) >= 2 and inside[-1]["cpu_seconds"] > inside[0]["cpu_seconds"]
    assert samples[-1]["oom_kills"] == 0 and samples[-1]["last"]
    grown = next(one for one in record.history(record.paths.history) if "weights-1.json" in one.files)
    assert grown.at > times.parse(study.call.at) - APART  # a file grew, and it is known when


def test_where_its_time_went_is_there(record):
    mine = [event for event in record.log if event.run == record.run.name]
    spent = working_time.spent(mine, times.parse(mine[-1].known))
    models = [one for one in record.calls if one.category == "llm" and one.usage]

    assert spent.working > 0 and spent.working + sum(spent.waiting.values()) == pytest.approx(spent.wall)
    assert len(models) >= 7 and all(one.seconds > 0 for one in models)
    assert all(times.parse(one.call.at) <= times.parse(one.result.at) for one in record.tools)
    assert record.of(TurnEnded) and all(one.fact.active_seconds > 0 for one in record.of(TurnEnded))


def test_what_it_cost_is_there_by_session(record, world):
    counted = record.of(UsageCounted)

    assert {one.fact.session for one in counted} >= {"work-1"}
    assert all(one.fact.usd is not None and one.fact.prices for one in counted if one.fact.answers)
    assert world.world.counted() == world.world.reported()
    assert record.of(TurnEnded)[-1].fact.cpu_seconds > 0


def test_its_first_submission_leads_back_to_the_script_and_the_start(record, submitted):
    started = next(one for one in record.of(RunStarted))
    put, made = submitted[0]

    assert times.parse(started.fact.started_at) < began(put) <= began(made)
    script = next(one for one in record.history(record.paths.history) if "submit.sh" in one.files)
    digest = hashlib.sha256(record.text(record.paths.history, script.files["submit.sh"])).hexdigest()
    assert digest == record.run.ended.submit_script
    assert script.at > times.parse(started.fact.started_at)


def test_what_it_was_told_of_outcomes_is_dated(record):
    polls = record.of(Poll)

    assert polls and all(one.fact.ok for one in polls)
    assert all(one.known for one in record.of(SubmissionSeen))
    assert [one.fact.because for one in record.of(OutcomeChanged) if not one.fact.because] == []


def test_what_made_it_is_there_before_it(record):
    (intended,) = record.of(RunIntended)
    before = [one for one in record.log if one.seq < intended.seq]
    harness, machine = (
        [one.fact for one in before if isinstance(one.fact, kind)][-1] for kind in (HarnessSeen, MachineSeen)
    )

    assert re.fullmatch(r"[0-9a-f]{40}", harness.commit) and len(harness.lock_sha256) == 64
    assert machine.cores >= 1 and machine.kernel and machine.engine
    fact = intended.fact
    assert fact.settings and len(fact.settings_sha256) == 64 and fact.flags and fact.scripted
    assert fact.digests["nab/agent-codex"] == fact.image and fact.prompt_version == "3"


def test_what_the_record_of_calls_sees_is_known_by_canaries_beside_its_sessions(record):
    seen = record.of(CanarySeen)

    assert seen and seen[0].fact.session == "work-1" and not seen[0].fact.failed
    whole = [one.fact for one in seen if not one.fact.cut]
    assert all(way.sent == way.answered == way.recorded for one in whole for way in one.channels.values())
    marked = [one for one in record.calls if whole[0].mark in one.query]
    assert len(marked) == sum(way.recorded for way in whole[0].channels.values())
    assert {one.category for one in marked} == {"self-test"}


def forms(content):
    """Return what of some bytes would give them away in another file: themselves, and in base64 at each offset."""
    core = content[len(content) // 2 :][:60]
    return [core, *(base64.b64encode(bytes(shift) + core)[4:-4] for shift in range(3))]


def test_nothing_of_a_page_and_no_prediction_is_in_the_mirror(world, record, submitted):
    there = everything(world.at_remote)
    kept = [path for path in record.paths.pages.rglob("*") if path.is_file()]
    kept += [path for path in record.paths.predictions.iterdir() if path.name != "uploads.jsonl"]
    whole = [record.upload(put.upload_sha256) for put, _ in submitted]

    assert record.run.name.encode() in there and b"createSubmission" in there
    assert len(kept) == len(PAGES) + 3 + len(whole)
    hidden = [words.encode() for words in WORDS]
    hidden += [line for content in whole for line in content.splitlines()[1:40]]
    hidden += [form for content in (*whole, *(path.read_bytes() for path in kept)) for form in forms(content)]
    hidden += [form for words in WORDS for form in forms(words.encode())]
    assert [one for one in hidden if one in there] == []


def everything(remote):
    """Return every object that a remote ever got, and once more what is packed in it."""
    listed = ["git", "-C", str(remote), "cat-file", "--batch-all-objects"]
    found = subprocess.run([*listed, "--batch"], capture_output=True, check=True).stdout
    return found + b"".join(unpacked(found))


def unpacked(content):
    """Yield what each gzip member in some bytes says."""
    for place in re.finditer(re.escape(b"\x1f\x8b\x08"), content):
        try:
            yield gzip.decompress(content[place.start() :])
        except (OSError, EOFError):
            continue
