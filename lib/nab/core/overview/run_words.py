"""What is told of a run in a line: how it ended, what it cost, what was seen of it."""

from __future__ import annotations

from nab.core.facts import READER
from nab.core.overview.run_summaries import RunGlance
from nab.core.overview.told_facts import RunOver
from nab.core.runs.ending.next_session import MOST_IN_VAIN
from nab.core.text.counts import number_of


def of_ended(run: RunGlance, ended: RunOver) -> tuple[str, str, str]:
    """Tell how a run ended."""
    return run.run, ended.ending, ended.reason + script(run) + told(run)


def told(run: RunGlance) -> str:
    """Tell what a run has cost, and what was seen of it."""
    return cost(run) + seen(run)


def vain(run: RunGlance) -> str:
    """Tell of one whose program ends again and again; nothing where it does not."""
    many = run.in_vain
    return f"{many} sessions in a row ended without calling a tool" if many >= MOST_IN_VAIN else ""


def script(run: RunGlance) -> str:
    """Tell of a submit.sh that will not do."""
    found = run.submit_script
    return f"; submit.sh: {found.verdict}" if found and found.verdict != "ready" else ""


def cost(run: RunGlance) -> str:
    """Tell what a coding agent has cost so far."""
    scripted = " of scripted tokens" if run.made_of.scripted else ""
    return f"; {run.used.cost}{scripted}" if run.used.models else ""


def seen(run: RunGlance) -> str:
    """Tell of the gaps in what was recorded, and of calls that the proxy refused."""
    told = [
        f"not read at {gap.began}: {gap.reason}"
        if gap.witness == READER
        else f"no {gap.witness} from {gap.began} to {gap.ended}"
        for gap in run.gaps[-1:]
    ]
    more = [f"{len(run.gaps) - 1} more gaps"] if len(run.gaps) > 1 else []
    refused = [f"{number_of(run.calls_denied, 'call')} refused"] if run.calls_denied else []
    return "".join(f"; {part}" for part in told + more + refused)
