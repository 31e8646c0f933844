"""The folder of pages on a real disk: each once, up to the limit, and what a killed proxy leaves is swept."""

import gzip

import pytest
from kept import disk, page_store
from kept.page_store import PageStore
from kept.pages import Page


@pytest.fixture
def store(tmp_path):
    return PageStore(str(tmp_path / "pages"), 1 << 20)


def page(text):
    return Page(text.encode(), None, False)


def there(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


def test_a_page_that_is_read_twice_is_there_once(store):
    said = [store.keep(page("the same")) for _ in range(2)]

    assert said[0] == said[1] and said[0]["kept"]
    assert there(store) == [f"{said[0]['sha256']}.gz"]
    (path,) = store.folder.glob("??/*.gz")
    assert gzip.decompress(path.read_bytes()) == b"the same"


def test_a_successor_knows_what_is_there_and_removes_what_was_not_finished(store):
    store.keep(page("a page"))
    (path,) = store.folder.glob("??/*.gz")
    path.with_name(f".{path.name}.part").write_bytes(b"half")

    again = PageStore(str(store.folder), 1 << 20)

    assert (again.known, again.bytes) == (store.known, path.stat().st_size)
    assert there(again) == [path.name]


def test_a_full_folder_takes_no_more_and_the_line_still_tells_of_the_page(tmp_path):
    store = PageStore(str(tmp_path), 60)
    long = page("".join(map(chr, range(1000, 1500))))

    first, second = store.keep(page("x")), store.keep(long)

    assert (first["kept"], store.full, there(store)) == (True, True, [f"{page('x').sha256}.gz"])
    assert (second["kept"], second["bytes"], second["why"]) == (False, len(long.text), page_store.FULL)
    assert store.keep(page("x"))["kept"]  # it is there
    assert store.keep(page("z"))["why"] == page_store.FULL


def test_a_disk_that_the_calls_need_is_left_to_them(store, monkeypatch):
    monkeypatch.setattr(page_store, "has_room", lambda folder, wanted: False)

    said = store.keep(page("x"))

    assert (said["kept"], said["why"], there(store)) == (False, disk.NO_ROOM, [])
    monkeypatch.undo()
    assert store.keep(page("x"))["kept"]


def test_a_disk_that_fails_costs_the_page_alone(store):
    store.folder.write_bytes(b"a file where the folder should be")

    assert store.keep(page("x"))["kept"] is False


def test_what_was_written_is_synced_once(store):
    store.keep(page("x"))
    assert len(store.unsynced) == 1

    store.sync_and_forget()

    assert store.unsynced == []
    store.close()
