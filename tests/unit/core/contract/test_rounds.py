from datetime import UTC, datetime, timedelta

from nab.core.contract import rounds
from nab.core.contract.contract import Day

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def told(*openings, window=timedelta(hours=1)):
    return [
        {"openTime": opened.isoformat(), "closeStakingTime": (opened + window).isoformat()}
        for opened in openings
    ]


def test_the_rounds_of_a_day_of_the_week_are_one_line_of_the_calendar():
    weeks = [TUESDAY, TUESDAY + timedelta(days=7, minutes=24), TUESDAY + timedelta(days=1)]

    assert rounds.calendar(told(*weeks)) == {
        "Tuesday": Day(rounds=2, opens_first=720, opens_last=744, window=60),
        "Wednesday": Day(rounds=1, opens_first=720, opens_last=720, window=60),
    }


def test_rounds_that_follow_each_other_within_hours_have_no_calendar():
    listed = told(TUESDAY, TUESDAY + timedelta(seconds=40))

    assert rounds.calendar(listed) == {}
    assert rounds.pause(listed) == timedelta(seconds=40)


def test_of_a_single_round_its_close_tells_how_long_rounds_last():
    (only,) = told(TUESDAY)
    ends = {seconds: (TUESDAY + timedelta(seconds=seconds)).isoformat() for seconds in (40, 86_400)}

    assert rounds.calendar([{**only, "closeTime": ends[40]}]) == {}
    assert rounds.calendar([{**only, "closeTime": ends[86_400]}]).keys() == {"Tuesday"}


def test_what_cannot_be_read_of_rounds_is_left_out():
    odd = [None, 1, {}, {"openTime": "yesterday", "closeStakingTime": None}, {"openTime": 10**400}]

    assert rounds.calendar([*odd, *told(TUESDAY)]).keys() == {"Tuesday"}
    assert rounds.calendar("rounds") == {}
    assert rounds.pause(None) is None


def test_versions_are_ordered_by_number_and_a_round_s_own_file_has_no_number():
    found = rounds.datasets(
        ["v5.9/live.parquet", "v5.10/live_1402.parquet", "v5.10/live.parquet", "x", 7, "signals/v1"]
    )

    assert found.versions == ["v5.10", "v5.9"]
    assert found.files == ["v5.10/live.parquet", "v5.10/live_N.parquet", "v5.9/live.parquet"]
    assert rounds.datasets(None).versions == []


def test_a_file_in_another_folder_or_with_another_ending_has_moved():
    assert rounds.moved("live.parquet", ["live/live.parquet"]) == "live/live.parquet"
    assert rounds.moved("live.parquet", ["live.feather"]) == "live.feather"
    assert rounds.moved("live.parquet", ["train.parquet"]) == ""
