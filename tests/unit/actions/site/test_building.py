import json

import pytest

from nab.actions.site import building, publishing
from nab.core.errors import NabError
from nab.core.facts import PageBuilt, Poll, Tick
from support.statistics.claimed import claimed
from support.statistics.claims_on_disk import bench_with

FILES = ".files.json"


@pytest.fixture
def bench(tmp_path):
    bench = bench_with(tmp_path, claimed(3, missing={102: ("codex-l3",)}))
    bench.log.append(Tick(window="closed", decisions={}))  # somebody has looked just now
    return bench


def shown(bench):
    return [event.fact for event in bench.log.events() if isinstance(event.fact, PageBuilt)]


def everything_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.full
def test_a_site_is_written_put_on_record_and_passes_its_check(bench):
    assert "index.html" in building.build(bench)

    (fact,) = shown(bench)
    told = json.loads((bench.paths.site / "as-of.json").read_text())
    assert (told["upto"], told["head"], told["sha256"]) == (fact.upto, fact.head, fact.sha256)
    assert fact.upto == len(bench.log.events()) - 2
    assert fact.head == bench.log.events()[fact.upto].prev
    assert "the same" in building.check(bench)


@pytest.mark.full
def test_a_second_build_writes_what_tells_of_builds_and_puts_nothing_on_record(bench):
    building.build(bench)
    before = {path: path.stat().st_mtime_ns for path in bench.paths.site.rglob("*.html")}

    bench.log.append(Tick(window="closed", decisions={}))
    said = building.build(bench)

    assert len(shown(bench)) == 1
    assert [path.parent.name for path, at in before.items() if path.stat().st_mtime_ns != at] == ["status"]
    assert "2 of " in said


@pytest.mark.full
def test_the_site_of_an_earlier_event_has_the_bytes_that_were_shown_then(bench):
    building.build(bench)
    (fact,) = shown(bench)
    then = everything_in(bench.paths.site)
    bench.log.append(Poll(ok=True), entrant="codex-l3")
    building.build(bench)
    assert len(shown(bench)) == 2

    building.build(bench, fact.upto)

    again = everything_in(building.folder_as_of(bench, fact.upto))
    moving = {"status/index.html", "as-of.json", FILES}
    assert {path: again[path] for path in again.keys() - moving} == {
        path: then[path] for path in then.keys() - moving
    }


@pytest.mark.full
def test_a_page_that_somebody_changed_fails_the_check_and_is_named(bench):
    building.build(bench)
    page = bench.paths.site / "rounds/102/index.html"
    page.write_text(page.read_text().replace("missed", "verified", 1))

    with pytest.raises(NabError, match=r"rounds/102/index\.html: not what the log tells"):
        building.check(bench)


@pytest.mark.full
def test_a_secret_of_this_machine_stops_the_site_and_what_is_served_stays(bench):
    building.build(bench)
    before = everything_in(bench.paths.site)
    key = bench.paths.secrets / "numerai"
    key.parent.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_text("PUBLIC0123456789$SECRETabcdefghijklmnopqrstuvwxyz0123456789")
    bench.log.append(
        Poll(ok=True), entrant="SECRETabcdefghijklmnopqrstuvwxyz0123456789"
    )  # a name is what an agent could have chosen
    bench.log.append(claimed(0).events[0].fact, entrant="SECRETabcdefghijklmnopqrstuvwxyz0123456789", run="r")

    with pytest.raises(NabError, match="may not leave this machine: secret"):
        building.build(bench)
    assert everything_in(bench.paths.site) == before


def test_an_event_that_is_not_there_is_said(bench):
    with pytest.raises(NabError, match="AS_OF=99999: there is no such event"):
        building.build(bench, 99_999)


@pytest.mark.full
def test_publishing_copies_what_changed_and_not_twice_in_ten_minutes(bench, tmp_path):
    target = tmp_path / "pages"
    with pytest.raises(NabError, match="no site was built"):
        publishing.publish(bench, str(target))
    building.build(bench)

    assert "files changed" in publishing.publish(bench, str(target))
    assert everything_in(target) == everything_in(bench.paths.site)
    assert "no page changed" in publishing.publish(bench, str(target))
    bench.log.append(Poll(ok=True), entrant="codex-l3")
    building.build(bench)
    with pytest.raises(NabError, match="published"):
        publishing.publish(bench, str(target))


def test_publishing_touches_no_folder_that_holds_something_else(bench, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("x")

    with pytest.raises(NabError, match=r"holds something that is not the site: letter\.txt"):
        publishing.publish(bench, str(tmp_path / "mine"))
    with pytest.raises(NabError, match="nowhere to publish to"):
        publishing.publish(bench)
