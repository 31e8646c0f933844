"""The real programs' own words, as they were recorded, end up in the right class."""

import json
from datetime import datetime

import pytest

from nab.core.facts import SessionEnding
from support.records.recorded import CODING, KEPT, verdict

EXPECTED = {
    "basic": SessionEnding.DONE,
    "resumed": SessionEnding.DONE,
    "rate-limit": SessionEnding.DONE,
    "stops-early": SessionEnding.DONE,
    "stream-cut": SessionEnding.DONE,
    "tool-out-of-memory": SessionEnding.DONE,
    "rate-limit-for-good": SessionEnding.RATE_LIMIT,
    "usage-limit": SessionEnding.USAGE_LIMIT,
    "usage-limit-of-a-plan": SessionEnding.USAGE_LIMIT,
    "auth": SessionEnding.AUTH,
    "no-key": SessionEnding.AUTH,
    "billing": SessionEnding.BILLING,
    "overload": SessionEnding.OVERLOAD,
    "server-error": SessionEnding.OVERLOAD,
    "context-overflow": SessionEnding.CONTEXT_OVERFLOW,
    "stream-cut-for-good": SessionEnding.NETWORK,
    "network": SessionEnding.NETWORK,
    "refusal": SessionEnding.REFUSAL,
    "empty-turn": SessionEnding.EMPTY_TURN,
    "killed": SessionEnding.KILLED,
    "terminated": SessionEnding.KILLED,
    "interrupted": SessionEnding.KILLED,
    "crashed": SessionEnding.CRASH,
    "out-of-memory": SessionEnding.OUT_OF_MEMORY,
}
DIFFERENT = {
    ("codex", "refusal"): SessionEnding.EMPTY_TURN,  # it shows nothing of it, nor does its transcript
    ("gemini", "stream-cut"): SessionEnding.NETWORK,  # it does not try again
    (
        "gemini",
        "tool-out-of-memory",
    ): SessionEnding.OUT_OF_MEMORY,  # the kernel took the program, not its tool
}
RECORDED = sorted((file.parent.name, file.stem) for file in KEPT.glob("*/*.json"))


@pytest.mark.parametrize(("agent", "case"), RECORDED, ids="-".join)
def test_a_recorded_session_is_in_its_class(agent, case):
    assert verdict(agent, case).kind is DIFFERENT.get((agent, case), EXPECTED[case])


def test_every_agent_was_recorded_in_every_case_and_at_its_version():
    for agent, spec in CODING.items():
        cases = {case for name, case in RECORDED if name == agent}
        versions = {
            json.loads((KEPT / agent / f"{case}.json").read_text(encoding="utf-8"))["version"]
            for case in cases
        }

        assert cases | {"usage-limit-of-a-plan"} == set(EXPECTED)
        assert versions == {spec.install.version}


@pytest.mark.parametrize(
    ("agent", "case", "seconds"),
    [
        ("claude", "usage-limit", (7_500, 8_200)),
        ("claude", "usage-limit-of-a-plan", (7_500, 8_200)),
        ("codex", "usage-limit", (7_500, 8_200)),
        ("gemini", "rate-limit-for-good", (-10, 10)),
    ],
)
def test_a_printed_time_is_when_to_try_again(agent, case, seconds):
    recorded = json.loads((KEPT / agent / f"{case}.json").read_text(encoding="utf-8"))["recorded"]
    waits = (verdict(agent, case).retry_at - datetime.fromisoformat(recorded)).total_seconds()

    assert seconds[0] <= waits <= seconds[1]  # the scripted models said 134 minutes, or two seconds


def test_exit_code_0_was_printed_for_endings_that_are_no_success():
    zero = {
        (agent, case)
        for agent, case in RECORDED
        if json.loads((KEPT / agent / f"{case}.json").read_text(encoding="utf-8"))["exit_code"] == 0
    }

    failed = {pair for pair in zero if not verdict(*pair).success}

    assert {("gemini", "terminated"), ("claude", "interrupted"), ("codex", "empty-turn")} <= failed
