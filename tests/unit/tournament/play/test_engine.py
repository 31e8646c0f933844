from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import correlation_contribution, numerai_corr

from nab.tournament.market import field
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import SIZES, Market
from nab.tournament.play import account
from nab.tournament.play.account import Key
from nab.tournament.play.engine import Tournament
from nab.tournament.play.uploads import Origin, Upload
from nab.tournament.rounds.schedule import FastSchedule

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCHEDULE = FastSchedule(START, timedelta(seconds=40), timedelta(seconds=34), timedelta(seconds=1.5))
MARKET = Market(5, SIZES["tiny"])


@dataclass
class Clock:
    instant: datetime = START

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def tournament(tmp_path):
    ours = account.account(5, Key("public", "secret"), ("ours",))
    files = LiveFiles(tmp_path, MARKET)
    return Tournament(Clock(), SCHEDULE, MARKET, ours, files, lambda _: None, first=1401)


def upload(tournament, name, seconds, values):
    instant = START + timedelta(seconds=seconds)
    model = tournament.account.models[0].id
    made = Upload(name, model, f"{name}.csv", instant, SCHEDULE.newest(instant), Origin(None, None, "local"))
    tournament.accept(made, values)
    return model


def random_values(seed=0):
    return np.random.default_rng(seed).random(SIZES["tiny"].live_ids)


@pytest.mark.full
def test_a_round_is_scored_day_by_day_and_ends_at_numerais_own_numbers(tournament):
    values = random_values()
    model = upload(tournament, "a", 10, values)
    for seconds in (37, 45, 60, 130):
        tournament.advance(START + timedelta(seconds=seconds))
    live = MARKET.live(1401)
    marks = tournament.marks(model, [1401])[1401]
    finals = {mark.metric: mark.value for mark in marks if mark.day == 20}

    predictions = pd.DataFrame({"p": values[live.stocks]}, list(live.era.ids))
    target = pd.Series(live.target(20), list(live.era.ids), name="t")
    stakes = {p.name: p.stake for p in tournament.field}
    meta = field.meta_model(field.field_predictions(MARKET, live.era), stakes)
    assert [mark.day for mark in marks if mark.metric == "mmc"] == list(range(1, 21))
    assert [mark.day for mark in marks if mark.metric == "mmc60"] == list(range(1, 61))
    assert finals["v2_corr20"] == pytest.approx(numerai_corr(predictions, target).iloc[0], rel=1e-9)
    assert finals["mmc"] == pytest.approx(
        correlation_contribution(predictions, meta, target).iloc[0], rel=1e-9
    )


@pytest.mark.full
def test_steps_taken_late_and_all_at_once_give_the_same_scores(tournament, tmp_path):
    other = Tournament(
        Clock(),
        SCHEDULE,
        MARKET,
        tournament.account,
        LiveFiles(tmp_path / "b", MARKET),
        lambda _: None,
        first=1401,
    )
    for one in (tournament, other):
        model = upload(one, "a", 10, random_values())
    for seconds in np.arange(0, 200, 1.1):
        tournament.advance(START + timedelta(seconds=float(seconds)))
    tournament.advance(START + timedelta(seconds=200))
    other.advance(START + timedelta(seconds=200))

    assert tournament.marks(model, [1401])[1401] == other.marks(model, [1401])[1401]
    assert tournament.reputations.means("mmc") == other.reputations.means("mmc")


@pytest.mark.full
def test_a_round_without_an_upload_scores_the_field_alone(tournament):
    tournament.advance(START + timedelta(seconds=130))

    assert tournament.marks(tournament.account.models[0].id, [1401]).get(1401, []) == []
    assert len(tournament.scores_of(1401).newest["mmc"].names) == field.PARTICIPANTS + len(field.BENCHMARKS)


@pytest.mark.full
def test_every_day_of_the_benchmark_models_is_told_and_of_the_field_the_newest(tournament):
    tournament.advance(START + timedelta(seconds=200))
    benchmark, participant = tournament.benchmarks[0].id, tournament.field[0].id

    days = [mark.day for mark in tournament.marks(benchmark, [1401])[1401] if mark.metric == "mmc"]
    assert days == list(range(1, 21))
    assert [mark.day for mark in tournament.marks(participant, [1401])[1401] if mark.metric == "mmc"] == [20]


@pytest.mark.full
def test_a_queued_upload_is_scored_in_the_next_round_with_its_new_ids(tournament):
    latent = MARKET.live(1402)
    values = np.empty(SIZES["tiny"].live_ids)
    values[latent.stocks] = latent.era.latent
    model = upload(tournament, "a", 36, values)
    tournament.advance(START + timedelta(seconds=170))

    perfect = pd.DataFrame({"p": latent.era.latent}, list(latent.era.ids))
    target = pd.Series(latent.target(20), list(latent.era.ids), name="t")
    found = next(m for m in tournament.marks(model, [1402])[1402] if m.metric == "v2_corr20" and m.day == 20)
    assert found.value == pytest.approx(numerai_corr(perfect, target).iloc[0], rel=1e-9)
    assert tournament.marks(model, [1401])[1401]


@pytest.mark.full
def test_a_finished_round_leaves_its_predictions_behind(tournament):
    upload(tournament, "a", 10, random_values())
    tournament.advance(START + timedelta(seconds=200))

    assert tournament.ledger.values_kept() == 0


@pytest.mark.full
def test_everyone_gets_a_rank_once_a_round_is_final(tournament):
    tournament.advance(START + timedelta(seconds=60))
    assert tournament.reputations.ranks("mmc") == {}

    tournament.advance(START + timedelta(seconds=70))
    assert sorted(tournament.reputations.ranks("mmc").values()) == list(
        range(1, field.PARTICIPANTS + len(field.BENCHMARKS) + 1)
    )
