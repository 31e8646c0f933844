import pytest

from nab.core.errors import NabError
from nab.core.replay.cut import Cut
from nab.tournament.market.market import SIZES
from nab.tournament.replay.cutting import CutFolder
from nab.tournament.replay.sealed import Calendar, SealedFiles, SealedMarket, Turns
from nab.tournament.replay.sources import long_enough
from nab.tournament.store import Store

CUT = Cut(first=101, last=103)


@pytest.fixture
def turns():
    return Turns(Store.in_memory(), CUT)


def test_while_the_seal_is_whole_every_round_is_the_last_era_before_it(turns):
    assert {turns.era(number) for number in (1, 1401, 1500)} == {100}


def test_sealed_eras_come_one_a_round_in_order_and_the_last_one_stays(turns):
    turns.open(1401)

    assert [turns.era(number) for number in range(1400, 1407)] == [100, 100, 101, 102, 103, 103, 103]


def test_a_seal_that_was_closed_is_whole_and_the_next_replay_begins_anew(turns):
    turns.open(1401)
    turns.close()
    assert turns.era(1403) == 100

    turns.open(1404)
    assert [turns.era(number) for number in (1403, 1404, 1405)] == [100, 100, 101]


def test_two_replays_at_once_are_refused(turns):
    turns.open(1401)

    with pytest.raises(NabError, match="opened already"):
        turns.open(1402)


def test_a_turn_outlives_the_server(turns):
    turns.open(1401)

    assert Turns(turns.store, CUT).era(1402) == 101


def test_only_the_newest_round_has_live_files_and_they_are_those_of_its_era(turns, tmp_path):
    folder = CutFolder(tmp_path)
    market = SealedMarket(1, SIZES["tiny"], folder=folder, turns=turns)
    files = SealedFiles(tmp_path, market, folder_of_cut=folder, turns=turns, calendar=Calendar(lambda: 1403))
    turns.open(1401)

    assert files.path(1403, "live.parquet") == tmp_path / "sealed/0102/v5.3/live.parquet"
    assert files.path(1403, "live_1403.parquet") == tmp_path / "sealed/0102/v5.3/live.parquet"
    assert (
        not files.path(1404, "live.parquet").exists()
        and files.path(1404, "live.parquet") == tmp_path / "nothing"
    )
    assert files.path(1402, "live.parquet") == tmp_path / "nothing"
    assert files.path(1403, "../../truth.parquet") == tmp_path / "nothing"


@pytest.mark.parametrize("sealed", [20, 150])
def test_a_synthetic_dataset_has_a_meta_model_for_every_sealed_era(sealed):
    size = long_enough(SealedMarket(1, SIZES["tiny"], folder=None, turns=None), sealed).size

    assert int(size.validation_eras * 0.4) >= sealed + 5
