"""A site that takes pages over from the build before is, to the byte, the site that is written anew."""

from random import Random

import msgspec
import pytest

from nab.actions.site import building, remembering
from nab.core.facts import Poll, Tick
from nab.site.pages import everything
from nab.site.writing import memory
from nab.site.writing.memory import Memory
from support.records.eventful import eventful
from support.site.sites import built_on, site_of
from support.statistics.claimed import claimed
from support.statistics.claims_on_disk import bench_with
from support.statistics.looked import looked
from support.statistics.simulated import year


def same_at(events, places):
    """Build at each place on what the build before left, and anew; return how many pages were taken over."""
    before, taken = memory.NONE, 0
    for place in places:
        book, left = built_on(events[:place], before)
        anew = everything.written(site_of(events[:place]))
        assert everything.hashes(book) == everything.hashes(anew), place
        assert {path: anew.files[path] for path in book.files} == book.files
        before = msgspec.json.decode(msgspec.json.encode(left), type=Memory)
        taken += len(book.kept)
    return taken


@pytest.mark.full
def test_at_places_of_a_log_in_which_everything_befell_its_runs():
    events = eventful().events

    assert same_at(events, sorted(Random(1).sample(range(1, len(events) + 1), 12))) > 0


@pytest.mark.full
def test_at_places_of_a_season_that_nobody_chose():
    events = year(rounds=55, looks=(20, 24)).events
    places = sorted(Random(2).sample(range(len(events) // 2, len(events)), 3))

    assert same_at(events, [*places, places[-1] + 1]) > 100


@pytest.mark.full
def test_after_scores_came_late_and_were_changed():
    season = claimed(22, missing={103: ("codex-l3",)})
    there = len(season.events)
    season.score(105, "codex-l3", value=0.5)
    changed = len(season.events)
    season.score(103, "codex-l3", value=0.1)
    events = looked(season.events).events
    more = len(events) - len(season.events)

    assert same_at(events, [there, changed, changed + more // 2, len(events)]) > 0


def test_a_page_that_rests_on_something_else_is_written_again():
    events = claimed(3).events
    _, left = built_on(events)
    path = "rounds/102/index.html"
    other = msgspec.structs.replace(left.pages[path], key="another")

    again, _ = built_on(events, msgspec.structs.replace(left, pages=left.pages | {path: other}))

    assert path in again.files and "rounds/101/index.html" in again.kept


def test_a_memory_of_another_log_is_none():
    events = claimed(2).events
    left = Memory(upto=5, head=events[5].prev)

    assert remembering.of_this_log(left, events, "head") is left
    assert remembering.of_this_log(left, events[:5], events[5].prev) is left
    assert remembering.of_this_log(left, events[:5], "another") is memory.NONE
    assert remembering.of_this_log(left, events[:4], "head") is memory.NONE
    assert remembering.of_this_log(msgspec.structs.replace(left, head="x"), events, "head") is memory.NONE


def test_what_led_to_a_page_that_is_gone_is_written_again():
    book, left = built_on(claimed(3).events)
    kept = type(book)(book.site, left, kept={"rounds/101/index.html": left.pages["rounds/101/index.html"]})

    assert remembering.lost(left, kept, {})
    assert not remembering.lost(left, book, {})


@pytest.fixture
def bench(tmp_path):
    bench = bench_with(tmp_path, claimed(3, missing={102: ("codex-l3",)}))
    bench.log.append(Tick(window="closed", decisions={}))
    return bench


@pytest.mark.full
def test_a_build_on_the_one_before_writes_what_changed_and_is_what_a_check_builds_anew(bench):
    building.build(bench)
    bench.log.append(Poll(ok=True), entrant="codex-l3")

    said = building.build(bench)

    assert " pages taken over" in said and " 0 pages" not in said
    assert "the same" in building.check(bench)


@pytest.mark.full
def test_a_page_that_is_not_there_is_written_though_it_rests_on_the_same(bench):
    building.build(bench)
    (bench.paths.site / "rounds/102/index.html").unlink()

    building.build(bench)

    assert (bench.paths.site / "rounds/102/index.html").is_file()


@pytest.mark.full
def test_a_memory_of_other_code_and_one_that_nobody_can_read_are_none(bench):
    building.build(bench)
    listed = building.listed(bench.paths.site)
    left = remembering.recalled(bench.paths.pages, bench.paths.site, listed)
    assert left.pages

    bench.paths.pages.write_bytes(msgspec.json.encode(msgspec.structs.replace(left, code="another")))
    assert remembering.recalled(bench.paths.pages, bench.paths.site, listed) is memory.NONE
    bench.paths.pages.write_bytes(b"{")
    assert remembering.recalled(bench.paths.pages, bench.paths.site, listed) is memory.NONE
