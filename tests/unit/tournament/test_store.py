import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nab.core.errors import NabError
from nab.tournament.play.ledger import Ledger, Slot
from nab.tournament.play.uploads import Origin, Upload, queued_id
from nab.tournament.scoring.archive import Archive
from nab.tournament.scoring.scorebook import Mark, RoundScores
from nab.tournament.store import LAYOUT, Store

NOW = datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)


def uploaded(name: str, model: str = "m", number: int = 1401) -> Upload:
    return Upload(name, model, f"{name}.csv", NOW, number, Origin("numerapi", None, "127.0.0.1"))


def test_an_upload_comes_back_as_it_was_also_from_another_start(tmp_path):
    store = Store.at(tmp_path / "t.db")
    Ledger(store).add(uploaded("a"), np.array([0.1, 0.9]))
    store.close()
    ledger = Ledger(Store.at(tmp_path / "t.db"))

    assert ledger.all() == [uploaded("a")]
    assert ledger.values("a").tolist() == [0.1, 0.9]
    assert ledger.find(queued_id(uploaded("a"))) == ledger.find("a") == [uploaded("a")]
    assert ledger.of_model("other") == ledger.of_rounds(1402, 1500) == []


def test_what_fails_halfway_leaves_nothing(tmp_path):
    store = Store.in_memory()
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.keep("a", 1)
        raise ZeroDivisionError

    assert store.setting("a", "nothing") == "nothing"


def test_many_threads_write_at_once(tmp_path):
    ledger = Ledger(Store.at(tmp_path / "t.db"))
    threads = [
        threading.Thread(
            target=lambda n=n: [ledger.add(uploaded(f"{n}-{k}"), np.zeros(3)) for k in range(20)]
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({upload.id for upload in ledger.all()}) == 80


def test_a_file_of_another_layout_is_refused(tmp_path):
    store = Store.at(tmp_path / "t.db")
    store.keep("layout", LAYOUT + 1)
    store.close()

    with pytest.raises(NabError, match="layout"):
        Store.at(tmp_path / "t.db")


def test_files_are_old_once_their_round_is_settled_unless_they_are_a_models_newest():
    ledger = Ledger(Store.in_memory())
    for name in ("a", "b", "c"):
        ledger.hand_out(f"{name}.csv", Slot("m", "submissions"), NOW)
    ledger.hand_out("never-used.csv", Slot("m", "submissions"), NOW)
    ledger.add(uploaded("a", number=1401), np.zeros(1))
    ledger.add(uploaded("b", number=1402), np.zeros(1))
    ledger.add(uploaded("c", number=1401), np.zeros(1))
    later = NOW + timedelta(seconds=1)

    assert ledger.old_files(NOW, 1500) == []
    assert ledger.old_files(later, 1402) == [("a.csv", "submissions"), ("never-used.csv", "submissions")]
    assert ("b.csv", "submissions") in ledger.old_files(later, 1403)
    ledger.take_back(["a.csv"])
    assert ledger.slot("a.csv") is None
    assert ledger.slot("b.csv") == Slot("m", "submissions")


def test_a_finished_round_comes_back_from_the_archive():
    archive, scores = Archive(Store.in_memory()), RoundScores()
    scores.add(20, ("ours", "x"), {"mmc": np.array([0.1, np.nan])}, {"ours": "s"})
    archive.add(1401, scores)
    archive.skip([1402, 1403])
    kept = archive.scores(1401)

    assert archive.marks("ours", 1400) == {1401: [Mark("mmc", 20, 0.1, 1.0, "s")]}
    assert archive.marks("ours", 1402) == {}
    assert kept.newest["mmc"].of("ours")[0] == 0.1
    assert kept.newest["mmc"].of("x")[0] is None
    assert archive.numbers(1402) == {1402, 1403}
    assert [number for number, _ in archive.newest(2)] == [1402, 1403]
    assert archive.scores(1402).newest == {}
