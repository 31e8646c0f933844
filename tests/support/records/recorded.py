"""What the real programs printed, as tests/support/programs/recordings.py kept it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from nab import agents
from nab.core.agents import readers
from nab.core.agents.events import AnyEvent
from nab.core.agents.lines import events
from nab.core.agents.tallies import Tally
from nab.core.runs.ending import session_end
from nab.core.runs.ending.session_end import End, SessionVerdict

REPOSITORY = Path(__file__).resolve().parents[3]
KEPT = REPOSITORY / "tests" / "fixtures" / "cli_output"
CODING = {spec.name: spec for spec in agents.agents(REPOSITORY / "images") if spec.cli}


def lines(agent: str, case: str, kind: str = "stdout") -> list[bytes]:
    """Return the lines of a recording."""
    return (KEPT / agent / f"{case}.{kind}").read_bytes().split(b"\n")


def printed(agent: str, case: str) -> list[AnyEvent]:
    """Return what a program printed."""
    return list(events(readers.of_output(agent), lines(agent, case)))


def transcript(agent: str, case: str) -> list[AnyEvent]:
    """Return what a program wrote into its transcript."""
    reader = readers.of_transcript(agent, "kept.jsonl")
    return list(events(reader, lines(agent, case, "transcript.jsonl")))


def verdict(agent: str, case: str) -> SessionVerdict:
    """Classify how a recorded session ended."""
    return verdict_of(agent, case, lines(agent, case))


def verdict_of(agent: str, case: str, said: list[bytes]) -> SessionVerdict:
    """Classify how it would have ended had its program printed these lines."""
    about = json.loads((KEPT / agent / f"{case}.json").read_text(encoding="utf-8"))
    tally = Tally()
    for event in events(readers.of_output(agent), said):
        tally.see(event)
    end = End(
        exit_code=about["exit_code"],
        tally=tally,
        text=(KEPT / agent / f"{case}.stderr").read_text(encoding="utf-8"),
        oom_kills=about["oom_kills"],
        asked=about["signal"] in {"TERM", "INT"},
    )
    return session_end.classify(end, CODING[agent].cli, datetime.fromisoformat(about["recorded"]))
