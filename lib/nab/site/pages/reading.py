"""Pages to read: methodology, rules, glossary, data, status."""

from __future__ import annotations

from nab.results.statistics import overlap
from nab.results.tables import catalogue
from nab.results.verdicts.registration import ALPHAS, DELTA, LOOKS, MOST_ALPHA
from nab.site.model.figures import Figure
from nab.site.writing.book import Book

GLOSSARY = (
    ("entrant", "an agent at a level with its own Numerai model; the unit of every table"),
    ("run", "one launch of an entrant; claims are about runs"),
    ("control", "a program of ours without a language model, beside which everybody is shown"),
    ("A/A pair", "two of a control that differ in nothing but their seed: how far apart equals end up"),
    ("round", "one of Numerai's rounds: a window for predictions, scored over the days that follow"),
    ("final", "a score of its metric's last scoring day; anything before it may still change"),
    ("shared rounds, n", "rounds in which both of a pair have a final score"),
    (
        "worth, n eff",
        "how many independent rounds tell as much: neighbouring rounds share most of their days",
    ),
    ("look", "one of a few counts of shared rounds, registered beforehand, at which a pair is tested"),
    (
        "verdict",
        "what a look says of a pair: supported, refuted, equivalent, not yet; withdrawn by a correction alone",
    ),
    (
        "band",
        "an interval that holds at all rounds at once; it may be looked at every day, and decides nothing",
    ),
    ("rank as a range", "from one more than those found better, to those left after the ones found worse"),
    ("event", "a line of the log, numbered, chained by hashes to the line before"),
    ("cause", "whose doing a miss was: ours, Numerai's, the agent's, or not known"),
    ("correction", "a value, an outcome or a verdict that was told and turned out otherwise"),
    ("surface", "what a score was measured on: train, validation, diagnostics, live, resolved"),
)


def write(book: Book) -> None:
    """Write them."""
    settings = {
        "looks": [Figure(one, str(one), setting="looks") for one in LOOKS],
        "alphas": [Figure(one, f"{one:g}", setting="alphas") for one in ALPHAS],
        "whole": Figure(MOST_ALPHA, f"{MOST_ALPHA:g}", setting="most_alpha"),
        "delta": Figure(DELTA, f"{DELTA:g}", setting="delta"),
        "horizon": Figure(overlap.HORIZON, str(overlap.HORIZON), setting="horizon"),
        "band": Figure(overlap.FEWEST_OF_BAND, str(overlap.FEWEST_OF_BAND), setting="fewest_of_band"),
        "fewest": Figure(overlap.FEWEST, str(overlap.FEWEST), setting="fewest"),
    }
    book.page("methodology/index.html", "methodology.html", "Method", settings=settings)
    book.page("rules/index.html", "rules.html", "Rules", prompts=book.site.setting.prompts)
    book.page("glossary/index.html", "glossary.html", "Glossary", glossary=GLOSSARY)
    tables = [one for one in catalogue.TABLES if catalogue.published(one)]
    book.page("data/index.html", "data.html", "Data", tables=tables, published=catalogue.published)
