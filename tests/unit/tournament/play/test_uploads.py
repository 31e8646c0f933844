from datetime import UTC, datetime, timedelta

import pytest

from nab.tournament.play.uploads import Origin, Standing, Upload, all_submissions, selected
from nab.tournament.rounds.schedule import FastSchedule

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCHEDULE = FastSchedule(START, timedelta(seconds=40), timedelta(seconds=34), timedelta(seconds=1.5))
NEXT_OPENS = START + timedelta(seconds=40)


def uploaded(name: str, seconds: float) -> Upload:
    instant = START + timedelta(seconds=seconds)
    return Upload(
        name, "model", f"{name}.csv", instant, SCHEDULE.newest(instant), Origin(None, None, "local")
    )


def standings(*uploads: Upload, seconds: float) -> dict[int, list[Standing]]:
    existing = all_submissions(uploads, SCHEDULE, START + timedelta(seconds=seconds))
    return {
        number: [s.standing for s in existing if s.round == number] for number in {s.round for s in existing}
    }


def chosen(*uploads: Upload, seconds: float) -> dict[int, str]:
    existing = all_submissions(uploads, SCHEDULE, START + timedelta(seconds=seconds))
    return {number: submission.upload.id for (_, number), submission in selected(existing).items()}


@pytest.mark.parametrize("seconds", [0, 34])
def test_an_upload_until_the_close_is_on_time_and_for_no_other_round(seconds):
    assert standings(uploaded("a", seconds), seconds=200) == {1401: [Standing.ON_TIME]}


def test_an_upload_after_the_close_is_late_and_queued():
    assert standings(uploaded("a", 35), seconds=36) == {1401: [Standing.LATE], 1402: [Standing.QUEUED]}


def test_a_queued_upload_is_on_time_once_the_next_round_opens():
    assert standings(uploaded("a", 35), seconds=40) == {1401: [Standing.LATE], 1402: [Standing.ON_TIME]}


def test_an_upload_of_the_future_does_not_exist_yet():
    assert standings(uploaded("a", 10), seconds=9) == {}


def test_the_latest_upload_in_time_counts():
    assert chosen(uploaded("a", 10), uploaded("b", 20), seconds=30) == {1401: "b"}


def test_a_late_upload_does_not_displace_one_in_time_but_is_queued():
    assert chosen(uploaded("a", 10), uploaded("b", 35), seconds=41) == {1401: "a", 1402: "b"}


def test_an_upload_in_the_next_window_displaces_the_queued_one():
    assert chosen(uploaded("a", 35), uploaded("b", 41), seconds=42) == {1401: "a", 1402: "b"}
