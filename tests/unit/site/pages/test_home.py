"""The home page over a simulated year with planted truths: one entrant better, two controls equal."""

import re

import pytest

from nab.core.text import times
from nab.site.model import happenings, whole
from support.site.sites import SETTING, book_of, offences, page
from support.statistics.simulated import FIRST, YEAR, Who, opens, year

pytestmark = pytest.mark.full
LOOKS = (20, 40, 60)
NOTHING = b'"validationCorrMean":0.0,'


@pytest.fixture(scope="module")
def log():
    planted = tuple(Who(one.name, 0.9) if one.name == "codex-l4" else one for one in YEAR)
    return year(who=planted, rounds=100, looks=LOOKS)


@pytest.fixture(scope="module")
def book(log):
    return book_of(log.events)


def rank(home, entrant):
    standing = home[home.index('class="standing"') : home.index("</table>")]
    (row,) = [one for one in standing.split("<tr")[1:] if f"<bdi>{entrant}</bdi>" in one]
    return [int(one) for one in re.findall(r'data-key="(?:best|worst):[^"]*">(\d+)', row)]


def until(log, seq):
    return page(book_of(log.events[:seq]), "index.html")


def test_everything_of_a_year_passes_every_gate(book):
    assert offences(book) == []


def test_a_planted_better_entrant_is_above_the_others_only_after_a_look(log, book):
    home = page(book, "index.html")
    assert rank(home, "codex-l4") == [1]
    assert "<b><a" in home and "codex-l4 is better than" in home

    # A first look needs as many final rounds of both: before the last of them has its score there is none.
    short = max(
        one.seq for one in log.events if one.kind == "score.seen" and one.round == FIRST + LOOKS[0] - 2
    )
    before = until(log, short)
    assert rank(before, "codex-l4")[0] == 1 and len(rank(before, "codex-l4")) == 2
    assert "Not yet decided" in before


def test_an_equal_pair_is_never_ordered(book):
    home = page(book, "index.html")

    assert rank(home, "baseline-l4") == rank(home, "baseline-l4-b")
    assert home.index("<bdi>baseline-l4</bdi>") < home.index("<bdi>baseline-l4-b</bdi>")


def test_both_incidents_read_missed_until_corrected(book):
    for number in (FIRST + 40, FIRST + 90):
        told = page(book, f"rounds/{number}/index.html")
        assert re.search(r"missed until \w+ \d+, \d\d:\d\d UTC, corrected", told)
        assert f"/{number}/index.html" in page(book, "corrections/index.html")


def test_the_silent_candidates_are_named_with_their_ids(log, book):
    told = page(book, "entrants/gemini-l4/index.html")
    (sentence,) = [
        one for one in told.split("<li>") if "in a row every metric of the validation was zero" in one
    ]

    silent = [
        event.seq for event in log.events
        if event.kind == "diagnostics.seen" and event.entrant == "gemini-l4" and NOTHING in bytes(event.data)
    ]  # fmt: skip
    assert len(silent) >= 10
    assert all(f'data-event="{seq}"' in sentence for seq in silent)


def test_what_may_change_is_in_no_mean_and_in_no_chart_of_what_is_final(book):
    told = page(book, "entrants/codex-l4/index.html")
    surfaces = re.findall(r'<figure data-surface="(\w+)"', told)

    assert {"resolved", "live"} == set(surfaces)
    assert "live" not in page(book, "index.html").partition('class="standing"')[2].partition("</table>")[0]


def test_the_timelines_counts_are_the_logs(log, book):
    found = happenings.by_entrant(log.events)["codex-l4"]
    kinds = ("session.ended", "session.started")

    told = sum(1 for event in log.events if event.entrant == "codex-l4" and event.kind in kinds)
    assert sum(one.lane == "sessions" for one in found) == told
    page_ = page(book, "entrants/codex-l4/timeline/index.html")
    assert sum(map(int, re.findall(r'timeline/2026-\d\d/index.html">(\d+)</a>', page_) or [0])) in {
        0,
        len(found),
    }


def test_the_page_stays_small(book):
    import zlib

    assert len(zlib.compress(book.files["index.html"])) < 150_000
    assert (
        max(len(zlib.compress(content)) for path, content in book.files.items() if path.endswith(".html"))
        < 300_000
    )


def test_a_site_without_a_look_for_long_says_so_on_every_page(log):
    from dataclasses import replace

    stale = replace(SETTING, stale=times.text(opens(3)))
    site = whole.fold(log.events[:200], "h", stale)
    from nab.site.pages import everything

    told = everything.written(site)
    pages = [path for path in told.files if path.endswith(".html")]
    assert all("Nobody has looked since" in page(told, path) for path in pages)
