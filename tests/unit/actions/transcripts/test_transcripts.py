"""What is read of sessions: their sums, their events, and how a run looks to a person."""

import json
import os
import signal
import subprocess
import sys

import pytest
from click import unstyle

from nab.actions.recording.sessions.copies import Collection
from nab.actions.transcripts import chosen_runs, live_view, transcripts
from nab.actions.transcripts.live_view import Way
from nab.actions.transcripts.streams import Stream
from nab.core.agents.events import Message
from nab.core.errors import NabError
from nab.core.facts import Cause, RunEnded, RunEnding, RunStarted, SessionEnded, SessionEnding, SessionStarted
from nab.core.levels import Level
from nab.core.text.names import Choice
from support.programs.interruptible import interruptible
from support.records.logs import intended
from support.records.recorded import CODING, KEPT, printed
from support.repository.benches import REPOSITORY, bench_on

NAME = "2026-05-16T130207Z-{}-l3"


class Recorded:
    """A run on record, whose sessions are written as its box would."""

    def __init__(self, folder, agent="codex"):
        self.bench = bench_on(folder)
        self.agent, self.name = agent, NAME.format(agent)
        self.paths = self.bench.run(self.name)
        self.adapter = CODING[agent].cli if agent in CODING else None
        self.note(intended(agent, Level.L3))
        self.note(RunStarted(started_at="2026-05-16T13:02:08.000Z"))

    def note(self, fact):
        self.bench.log.append(fact, entrant=f"{self.agent}-l3", run=self.name)

    def begins(self, session):
        self.note(SessionStarted(session=session, mode="first", conversation="c"))

    def prints(self, session, content, name="stdout"):
        (self.paths.outbox.own_path / session).mkdir(parents=True, exist_ok=True)
        with (self.paths.outbox.own_path / session / name).open("ab") as file:
            file.write(content)

    def ends(self, session, kind=SessionEnding.DONE):
        began, ended = "2026-05-16T13:02:09.000Z", "2026-05-16T13:32:09.000Z"
        self.note(
            SessionEnded(session=session, ending=kind, reason="so", began=began, ended=ended, exit_code=0)
        )

    def is_over(self):
        self.note(RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="it said that it is done"))

    def collect(self):
        Collection(self.paths, self.adapter.transcripts).look()

    def shown(self, **way):
        live_view.watch(self.bench, chosen_runs.chosen(self.bench, Choice(self.agent, "L3")), Way(**way))


def basic(agent="codex"):
    return (KEPT / agent / "basic.stdout").read_bytes()


@pytest.mark.parametrize("agent", CODING)
@pytest.mark.parametrize("collected", [True, False])
def test_a_sum_has_all_that_was_printed_whether_it_was_copied_or_not(tmp_path, agent, collected):
    run = Recorded(tmp_path, agent)
    content = basic(agent)
    run.prints("work-1", content[:500])
    if collected:
        run.collect()
    run.prints("work-1", content[500:].rstrip(b"\n"))

    told = transcripts.tally(run.paths, "work-1", run.adapter)

    assert told.events == len(printed(agent, "basic"))
    assert told.ending.success
    assert told.called == 3
    assert transcripts.conversation(told) == told.session != ""


def test_a_session_that_left_nothing_or_something_odd_has_an_empty_sum(tmp_path):
    run = Recorded(tmp_path)
    (run.paths.outbox.own_path / "work-2").mkdir(parents=True)
    os.mkfifo(run.paths.outbox.own_path / "work-2/stdout")
    (run.paths.outbox.own_path / "work-3").symlink_to(KEPT / "codex")

    for session in ("work-1", "work-2", "work-3"):
        assert transcripts.tally(run.paths, session, run.adapter).events == 0
        assert transcripts.stderr_tail(run.paths, session) == ""


def test_of_a_session_that_printed_more_than_any_the_beginning_and_the_end_are_read(tmp_path, monkeypatch):
    run = Recorded(tmp_path)
    monkeypatch.setattr(transcripts, "HEAD", 200)
    monkeypatch.setattr(transcripts, "TAIL", 200)
    first, *_, last, _ = basic().split(b"\n")
    run.prints("work-1", first + b"\n")
    with (run.paths.outbox.own_path / "work-1/stdout").open("ab") as file:
        file.truncate(1 << 40)
    run.prints("work-1", b"\n" + last + b"\n")

    told = transcripts.tally(run.paths, "work-1", run.adapter)

    assert told.session
    assert told.ending.success


@pytest.mark.parametrize("named", ["--config=x", "", "a b", "../x", "x" * 200, "a\n"])
def test_what_cannot_be_the_id_of_a_conversation_is_none(tmp_path, named):
    run = Recorded(tmp_path)
    run.prints("work-1", json.dumps({"type": "thread.started", "thread_id": named}).encode() + b"\n")

    assert transcripts.conversation(transcripts.tally(run.paths, "work-1", run.adapter)) == ""


def test_the_text_beside_the_events_is_the_end_of_the_complaints_and_lines_that_are_none(tmp_path):
    run = Recorded(tmp_path)
    run.prints("work-1", b"x" * 50_000 + b'\n{"type":"turn.started"}\npanicked at x\n{"cut')
    run.prints("work-1", b"y" * 50_000 + b"the end", "stderr")

    text = transcripts.stderr_tail(run.paths, "work-1", 1000)

    assert text.startswith("panicked at x\n")
    assert text.endswith("the end")
    assert len(text) < 1100


def test_events_come_from_the_copies_and_go_on_from_where_there_is_none_yet(tmp_path):
    run = Recorded(tmp_path)
    content = basic()
    stream = Stream(run.paths, "work-1", run.adapter)
    found = []
    for number, start in enumerate(range(0, len(content), 700)):
        run.prints("work-1", content[start : start + 700])
        if number > 1:
            run.collect()
        found += stream.news()

    assert [type(event) for event in found] == [type(event) for event in printed("codex", "basic")]


def test_a_stream_goes_on_in_the_copy_that_took_the_place_of_another(tmp_path):
    run = Recorded(tmp_path, "gemini")
    stream = Stream(run.paths, "work-1", run.adapter)

    def says(text):
        return b'{"type":"message","role":"assistant","content":"%s"}\n' % text

    run.prints("work-1", says(b"one"))
    run.collect()
    found = list(stream.news())
    run.prints("work-1", says(b"two"))
    run.collect()
    (run.paths.outbox.own_path / "work-1/stdout").unlink()
    run.prints("work-1", says(b"three"))
    run.collect()
    found += stream.news()

    assert [event.text for event in found if isinstance(event, Message)] == ["one", "two", "three"]


def test_transcripts_are_read_with_those_that_were_set_aside_and_by_session(tmp_path):
    run = Recorded(tmp_path, "claude")
    source = run.paths.home.own_path / ".claude/projects/-workspace/one.jsonl"
    source.parent.mkdir(parents=True)
    source.write_bytes((KEPT / "claude/basic.transcript.jsonl").read_bytes())
    other = source.with_name("two.jsonl")
    other.write_bytes(
        source.read_bytes().replace(
            b"5e551017-0000-4000-8000-000000000001", b"5e551017-0000-4000-8000-00000000000a"
        )
    )
    run.prints("work-1", basic("claude"))
    run.collect()
    each = len(list(transcripts.of_run(run.bench, run.name, home=True))) // 2
    source.write_bytes(b"{}\n")
    run.collect()

    events = list(transcripts.of_run(run.bench, run.name, home=True))
    assert [event.source for event in events[::each]][:2] == [
        "home/.claude/projects/-workspace/one.jsonl.1",
        "home/.claude/projects/-workspace/one.jsonl",
    ]
    theirs = list(transcripts.of_run(run.bench, run.name, "work-1", home=True))
    assert {event.session for event in theirs} == {"5e551017-0000-4000-8000-000000000001"}


def test_a_run_that_is_over_is_shown_whole_with_how_its_sessions_ended(tmp_path, capsys):
    run = Recorded(tmp_path)
    run.begins("work-1")
    run.prints("work-1", basic())
    run.ends("work-1", SessionEnding.RATE_LIMIT)
    run.begins("work-2")
    run.prints("work-2", basic())
    run.ends("work-2")
    run.is_over()
    run.collect()

    run.shown(follow=False)
    out = capsys.readouterr().out

    assert "\x1b" not in out
    order = [out.index(text) for text in ("work-1 begins", "work-1 ended: rate_limit", "work-2 begins")]
    assert order == sorted(order)
    assert out.count("turn over") == 2
    assert out.splitlines()[0].startswith(f"{run.name}: codex, started May 16")
    assert out.splitlines()[-1] == f"{run.name} is over, finished: it said that it is done"

    run.shown(lines=3)
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_a_run_is_followed_until_it_is_over(tmp_path, capsys, monkeypatch):
    run = Recorded(tmp_path)
    lines = basic().splitlines(keepends=True)
    steps = [
        lambda: run.begins("work-1"),
        *[lambda line=line: (run.prints("work-1", line), run.collect()) for line in lines],
        lambda: run.ends("work-1"),
        run.is_over,
    ]
    monkeypatch.setattr(live_view.clock, "pause", lambda _: steps.pop(0)())

    run.shown()

    out = capsys.readouterr().out
    assert steps == []
    assert "work-1 begins" in out
    assert out.count("turn over") == 1
    assert out.index("turn over") < out.index("work-1 ended: done") < out.index("is over, finished")


def test_the_parts_of_a_message_are_shown_as_one(tmp_path, capsys):
    run = Recorded(tmp_path, "gemini")
    for part in (b"Now I ", b"will look ", b"at it."):
        run.prints("work-1", b'{"type":"message","role":"assistant","content":"%s","delta":true}\n' % part)

    run.shown(follow=False)

    assert "Now I will look at it." in capsys.readouterr().out


def test_json_is_an_event_a_line_and_nothing_else(tmp_path, capsys):
    run = Recorded(tmp_path)
    run.begins("work-1")
    run.prints("work-1", basic())

    run.shown(follow=False, json=True)

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == len(printed("codex", "basic"))
    assert {row["source"] for row in rows} == {"work-1/stdout"}


@pytest.mark.parametrize(
    ("asked", "said", "code"),
    [
        ((Choice("codex", "L3"), "nope"), "no run 'nope'", 2),
        ((Choice("claude", "L3"),), "claude-l3 has not run yet", 1),
        ((Choice("codex", "L3", "b"),), "codex-l3-b has not run yet", 1),
        ((Choice("codex", "L3", "B"),), "'B' is not a valid name for a replica", 2),
        ((Choice("nobody", "L3"),), "no agent nobody", 2),
        ((Choice("codex", ""),), "no LEVEL given", 2),
    ],
)
def test_a_run_that_is_not_there_is_one_sentence(tmp_path, asked, said, code):
    run = Recorded(tmp_path)

    with pytest.raises(NabError) as raised:
        chosen_runs.chosen(run.bench, *asked)

    assert said in raised.value.message
    assert raised.value.exit_code == code
    assert raised.value.hint


@pytest.mark.full
def test_the_scripts_say_what_is_missing_and_end_with_their_code(tmp_path):
    run = Recorded(tmp_path, "baseline")

    def script(name, *options):
        done = subprocess.run(
            [sys.executable, REPOSITORY / "scripts" / name, "--state", run.bench.paths.root, *options],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    code, said = script("watch.py", "--agent", "baseline", "--level", "L3")
    assert (code, "baseline is a control: it has no sessions" in said) == (2, True)
    code, said = script("transcript.py", "--run", run.name)
    assert (code, "is a control" in said) == (2, True)
    code, said = script("transcript.py")
    assert (code, "is a control" in said) == (2, True)


@pytest.mark.full
def test_who_leaves_a_run_is_told_that_it_goes_on(tmp_path):
    run = Recorded(tmp_path)
    run.begins("work-1")
    run.prints("work-1", basic())
    run.ends("work-1")
    words = [sys.executable, REPOSITORY / "scripts/watch.py", "--state", run.bench.paths.root]
    view = subprocess.Popen(
        interruptible([*words, "--agent", "codex", "--level", "L3"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    heading = view.stdout.readline()
    view.stdout.readline()
    view.send_signal(signal.SIGINT)
    _, said = view.communicate(timeout=20)

    assert "of 1.0 working hours left" in heading
    assert (view.returncode, said) == (0, f"\n{run.name} goes on without you\n")


@pytest.mark.full
def test_a_script_shows_a_transcript_without_escapes_of_the_agents(tmp_path):
    run = Recorded(tmp_path)
    run.prints("work-1", b'{"type":"error","message":"\\u001b]0;owned\\u0007 said"}\n')
    words = [
        sys.executable,
        REPOSITORY / "scripts/transcript.py",
        "--state",
        run.bench.paths.root,
        "--run",
        run.name,
    ]

    out = subprocess.run(words, capture_output=True, text=True, check=True).stdout

    assert unstyle(out) == out
    assert "\\x1b]0;owned\\x07 said" in out
