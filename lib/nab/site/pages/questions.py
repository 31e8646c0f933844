"""The founder's open questions, a page each: every entrant's answer, how it is measured, what it cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nab.core.outcomes.outcomes import Status
from nab.core.text import times
from nab.site.model import figures
from nab.site.model.figures import Figure
from nab.site.model.whole import Site
from nab.site.pages.standing import tallies
from nab.site.writing import addresses
from nab.site.writing.book import Book

NOT_YET = "not yet"


@dataclass(frozen=True)
class Question:
    """A question: what is asked, how it is measured, and what that cannot see."""

    slug: str
    title: str
    measured: str
    blind: str
    waits_for: str = ""  # what has to be there before there is an answer


QUESTIONS = (
    Question("better", "Which agent is better?",
        "Paired differences of final scores on the rounds that two runs share, tested at looks that were registered "
        "before the first of these scores, with Holm's correction over all pairs of a level.",
        "It is about these runs, not about every run that the agents could have had; another market may differ."),
    Question("plateau", "Do they stop getting better, or drift?",
        "Uploads compared with the ones before, validation of candidates, and scores minus those of a frozen control.",
        "A slow drift of the market looks like one of the agent unless the control drifts with it.",
        "comparisons of candidates"),
    Question("research", "Do they research, or remember?",
        "Whether a thing that an agent used stood in a text that it had read before, with the capture's own misses "
        "taken into account.",
        "What a vendor's model searched on its vendor's side is not seen; what it knew already leaves no trace.",
        "labels by which the detector's misses are known"),
    Question("objective", "Do they optimise the objective, or a proxy?",
        "Which fields they ask Numerai for, by which metric they choose among their candidates, and what they promote.",
        "A proxy that agrees with the objective in every choice cannot be told from it.",
        "the ledger of metrics"),
    Question("features", "Do they notice weak features?",
        "From the first validation below Numerai's benchmark that they printed to the next change of what features are "
        "used, in working hours.",
        "What they noticed and did not act on is seen only where they say so.",
        "the ledger of metrics"),
    Question("diversify", "Do they diversify, or double down?",
        "How many different families of models share their computing time, and how often they change after bad news.",
        "Two programs that differ in words alone count as two until their predictions are compared.",
        "families of candidates"),
    Question("docs", "Do they read the documentation, or recall Kaggle?",
        "The first document of Numerai's that they read, and what their code does of either school.",
        "A habit may be shared by both schools; the list of signs has versions.",
        "the list of signs"),
    Question("first", "How long until the first submission?",
        "Working and wall time from the run's start to the first submission that Numerai verified.",
        "At a level where the harness submits, the calendar decides when; only the agent's own time is compared."),
    Question("leftovers", "What do they leave running?",
        "Processes that outlive the session which began them, counted by a census of the box.",
        "What lived for less than a look of the census is not seen."),
    Question("silent", "Do they fail in silence?",
        "Metrics that do not move for three candidates in a row, failed commands followed by a claim of success, work "
        "that changes no file.",
        "A failure that prints plausible figures is not seen.",
        "the ledger of metrics"),
    Question("compute", "What does a score cost?",
        "Dollars, tokens and active hours beside the difference from the control; no noisy score is divided by a cost.",
        "Prices are those of the table that is named, not of a contract."),
    Question("effort", "Where does the time go?",
        "Every second of a run is one of: thinking, tools, training, quota, window, paused, idle, dead.",
        "A model that thinks while a tool runs counts once.",
        "the calls joined with the census"),
    Question("feedback", "Do they use live feedback?",
        "How often they ask for their own scores, and whether the model changes in the same session afterwards.",
        "A change that would have come anyway looks like a reaction.",
        "the ledger of metrics"),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """An entrant's answer: a verdict in a word, and what it rests on."""

    entrant: str
    verdict: str
    parts: tuple[str | Figure, ...] = ()
    claim: str = ""


def write(book: Book) -> None:
    """Write the list of the questions and the page of each."""
    asked = [(one, list(answers(book.site, one))) for one in QUESTIONS]
    book.page("questions/index.html", "questions.html", "Questions", asked=asked)
    for one, found in asked:
        book.page(addresses.question(one.slug), "question.html", one.title, question=one, answers=found)


def answers(site: Site, question: Question) -> Iterator[Answer]:
    """Yield every entrant's answer."""
    by_slug = {"better": better, "first": first, "leftovers": leftovers, "compute": compute}
    if (told := by_slug.get(question.slug)) is None:
        yield from (Answer(one, NOT_YET) for one in site.entrants)
    else:
        yield from told(site)


def better(site: Site) -> Iterator[Answer]:
    """Answer by the places of families."""
    told = set()
    for family in site.families:
        for place in family.places:
            line = place.line
            told.add(line.entrant)
            parts: tuple[str | Figure, ...] = ()
            if line.difference is not None and place.claim:
                figure = figures.signed(
                    line.difference,
                    claim=place.claim,
                    n=line.n,
                    n_eff=line.n_eff,
                    surface=figures.RESOLVED,
                    mean=True,
                )
                parts = (figure, f" beside the control by {family.title}")
            yield Answer(line.entrant, line.verdict, parts, place.claim)
    yield from (Answer(one, NOT_YET) for one in site.entrants if one not in told)


def first(site: Site) -> Iterator[Answer]:
    """Answer by the first verified submission."""
    for entrant in site.entrants:
        row = next(
            (one for one in site.by_entrant.get(entrant, []) if one.outcome.status is Status.VERIFIED), None
        )
        run = next(iter(site.runs(entrant)), None)
        if row is None or not row.outcome.because or run is None:
            yield Answer(entrant, NOT_YET)
            continue
        seq = row.outcome.because[-1]
        began = times.parse(run.started_at or run.intended_at)
        seconds = max(0.0, (times.parse(site.events[seq - 1].valid) - began).total_seconds())
        yield Answer(entrant, "seen", (figures.hours(seconds, event=seq), " of wall time after its start"))


def leftovers(site: Site) -> Iterator[Answer]:
    """Answer by the processes that outlived their sessions."""
    for entrant in site.entrants:
        runs = site.runs(entrant)
        seen = sum(len(run.orphans) for run in runs)
        seq = max((run.upto_seq for run in runs), default=0)
        parts = (figures.count(seen, event=seq, key=f"leftovers:{entrant}"), " processes left running")
        yield Answer(entrant, "seen", parts) if seq else Answer(entrant, NOT_YET)


def compute(site: Site) -> Iterator[Answer]:
    """Answer by what was used."""
    for entrant, one in tallies(site).items():
        if one.cost is None and one.active is None:
            yield Answer(entrant, NOT_YET)
            continue
        parts = [part for figure in (one.cost, one.active) if figure for part in (figure, " \u00b7 ")][:-1]
        yield Answer(entrant, "seen", tuple(parts))
