"""All questions by name, and what each of them asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from nab.core.errors import NabError
from nab.results.questions import knowing, searching, working
from nab.results.questions.answer import Answer, Kind
from nab.results.questions.studied import Studied

BETTER, POINTS = "better", "points"
FEWEST_RUNS = 5  # a cell, for a word about agents instead of runs


@dataclass(frozen=True)
class Question:
    """A question: what it asks, and how it is answered of a run."""

    asks: str
    answered: Callable[[Studied], Answer]


OF_RUNS = {
    "plateau": Question("Is it on a plateau, does it drift, or is that undetermined?", searching.plateaus),
    "research": Question("Does it research, or remember?", knowing.researched),
    "proxy": Question("Does it optimise the objective, or the nearest proxy?", searching.proxy),
    "weak": Question("When did it notice that its features are weak?", searching.weak),
    "diversify": Question("Does it diversify, or double down?", searching.diversified),
    "docs": Question("Did it read docs, or recall Kaggle?", knowing.docs),
    "first": Question("How long until its first verified artifact?", working.first),
    "leftovers": Question("What did it leave running?", working.leftovers),
    "silent": Question("Which failures were silent?", working.silent),
    "efficiency": Question("What did it use?", working.efficiency),
    "effort": Question("Where did its time go?", working.efforts),
    "feedback": Question("Does it use live feedback?", knowing.feedback),
    "misses": Question("Which rounds did it miss, by whose doing, and what came out later?", working.misses),
}
ASKS = {
    BETTER: "Who is better?",
    **{name: one.asks for name, one in OF_RUNS.items()},
    POINTS: "How does it work (P), and what comes of it (O)?",
}


def named(question: str) -> str:
    """Return a question's name. Raises NabError for what is none."""
    if question not in ASKS:
        raise NabError(f"no question {question!r}", hint="make question Q=" + ", Q=".join(ASKS))
    return question


def pairs(answers: Sequence[Answer]) -> list[Answer]:
    """Set the answers about runs side by side, two at a time; a run each says nothing of their agents."""
    return [
        Answer(
            question=some.question,
            about=f"{some.about} and {other.about}",
            kind=Kind.DESCRIPTIVE,
            verdict="same" if some.verdict == other.verdict else "different",
            line=f"both {some.verdict}"
            if some.verdict == other.verdict
            else f"{some.verdict}, {other.verdict}",
            sure=f"a run each: of the agents in general nothing is said below {FEWEST_RUNS} runs a cell",
        )
        for some, other in combinations(answers, 2)
    ]
