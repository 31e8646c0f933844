import re

import pytest

from nab.core.facts import ClaimWithdrawn, PageBuilt
from nab.site.pages import everything
from nab.site.pages.questions import QUESTIONS
from support.records.eventful import eventful
from support.site.sites import book_of, offences, page
from support.statistics.claimed import A, Claimed, claimed
from support.statistics.looked import looked
from support.statistics.simulated import HOSTILE


@pytest.fixture(scope="module")
def season():
    return Claimed(log=looked(claimed(25, missing={103: ("codex-l3",)}).events))


@pytest.fixture(scope="module")
def book(season):
    return book_of(season.events)


def test_a_site_of_nothing_has_every_page_and_passes_every_gate():
    book = book_of([])

    assert offences(book) == []
    assert "Nothing can be said yet" in page(book, "index.html")
    for one in QUESTIONS:
        assert f"<h1>{one.title}" in page(book, f"questions/{one.slug}/index.html")
    assert len(QUESTIONS) == 13


def test_a_small_season_passes_every_gate(book):
    assert offences(book) == []


def test_a_log_in_which_everything_befell_its_runs_passes_every_gate():
    assert offences(book_of(eventful().events)) == []


def test_the_same_log_gives_the_same_bytes(season, book):
    again = book_of(season.events)

    assert again.files == book.files
    assert everything.sha256(everything.hashes(again)) == everything.sha256(everything.hashes(book))


def test_what_the_log_told_later_changes_nothing_of_an_earlier_day(season):
    early = list(season.events[:120])
    later = Claimed(log=season.log)

    assert book_of(early).files == book_of(later.events[:120]).files


def test_that_pages_were_shown_changes_no_page_but_the_list_of_that(season, book):
    shown = Claimed()
    for event in season.events:
        shown.log.events.append(event)
    shown.log.head = season.log.head
    shown.say(PageBuilt(sha256="a" * 64, upto=3, head="b" * 16, release="r"))

    after = book_of(shown.events)
    different = {path for path in after.files if after.files[path] != book.files.get(path)}
    assert {one.split("/")[0] for one in different} <= {"as-of", "evidence", "data", "status", "as-of.json"}


def test_rows_stand_in_the_order_of_names_where_the_scores_tell_none():
    home = page(book_of(claimed(15).events), "index.html")
    standing = home[home.index('class="standing"') : home.index("</table>")]

    places = [standing.index(f">{who}</bdi></a>") for who in ("baseline-l3", "codex-l3", "random-l3")]
    assert places == sorted(places)
    assert "Not yet decided which agent is better at L3" in home


def test_every_claim_has_its_page_and_every_version_one_of_its_own(book):
    for claim in book.site.registry.claims:
        assert "Derive it again" in page(book, f"claims/{claim.id}/index.html")
        for line in claim.history:
            assert f"claims/{claim.id}/v{line.version}/index.html" in book.files
    assert any(claim.history for claim in book.site.registry.claims)


def test_a_verdict_that_no_look_wrote_down_is_on_no_page():
    unwritten = claimed(22).events
    book = book_of(unwritten)

    assert not [path for path in book.files if re.match(r"claims/.*/v\d+/", path)]
    assert all(one.verdict == "not yet" and not one.history for one in book.site.registry.claims)
    assert "look 1" not in page(book, "claims/l3-101.1/index.html")
    assert "Not yet decided" in page(book, "index.html")

    written = book_of(looked(unwritten).events)
    assert "claims/l3-101.1/v1/index.html" in written.files
    assert offences(book) == offences(written) == []


def test_a_round_tells_outcome_cause_and_evidence_in_words(book):
    told = page(book, "rounds/103/index.html")

    assert "missed" in told and "How we know" in told and "make round ROUND=103" in told


def test_a_round_that_is_not_shared_is_listed_with_whose_doing_that_was(book):
    assert "Left out, and why" in page(book, "claims/l3-101.1/index.html")
    assert "103</a>" in page(book, "claims/l3-101.1/index.html")


def test_a_value_that_is_told_again_is_no_correction_and_one_that_changed_is(season):
    again = Claimed(log=type(season.log)(), means=season.means)
    again.enrol().register().season(22)
    again.score(105, "codex-l3", resolved=True)
    assert "None so far" in page(book_of(again.events), "corrections/index.html")

    again.score(105, "codex-l3", value=0.5)
    told = book_of(again.events)
    assert "+0.5000" in page(told, "corrections/index.html")
    assert "+0.5000" in told.files["feed.xml"].decode()
    assert offences(told) == []


def test_a_withdrawn_claim_is_among_the_corrections_and_in_the_feed_of_the_same_build():
    season = claimed(22)
    season.say(
        ClaimWithdrawn(claim="l3-101.1", upto=99, verdict="supported", causes=("a late or revised score",))
    )
    told = book_of(season.events)

    for where in ("corrections/index.html", "feed.xml"):
        assert "l3-101.1" in told.files[where].decode() and "withdrawn" in told.files[where].decode()


def test_hostile_names_and_words_are_text_and_nothing_else():
    season = Claimed(means={HOSTILE: 0.0, "baseline-l3": 0.0, "\u202e../../etc": 0.0})
    runs = {who: f"run-{place}-{who}" for place, who in enumerate(season.means)}
    season.enrol(*season.means, runs=runs)
    season.season(3, missing={102: (HOSTILE,)})
    told = book_of(season.events)

    assert offences(told) == []
    assert all(".." not in path and "<" not in path for path in told.files)
    for path in told.files:
        if path.endswith(".html"):
            assert "<script>alert" not in page(told, path)
            assert 'href="https' not in page(told, path)
    assert "&lt;script&gt;alert" in page(told, "index.html")
    assert "\\u202e" in page(told, "index.html")
    assert "49" not in page(told, "entrants/index.html").partition("<main")[2].partition("evil")[0]


def test_a_pair_that_shares_no_round_has_no_page():
    assert not [
        path for path in book_of(claimed(0).events).files if path.startswith("compare/") and "-vs-" in path
    ]
    assert "compare/codex-l3-vs-random-l3/index.html" in book_of(claimed(2).events).files


def test_a_claim_tells_the_numbers_of_the_registry(book):
    claim = next(one for one in book.site.registry.claims if one.pair[0] == A and one.current)
    told = page(book, f"claims/{claim.id}/index.html")

    assert f'<data value="{claim.now.estimate:.10g}" data-claim="{claim.id}" data-n="{claim.now.n}"' in told
