from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.runs.ending.limit_resets import reset

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # a Tuesday


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("You will regain access on 2026-11-24 at 16:35 UTC.", at(2026, 11, 24, 16, 35)),
        ("resets at 2026-11-25T00:00:00Z", at(2026, 11, 25)),
        ("resets at 2026-11-25T01:00:00+02:00", at(2026, 11, 24, 23)),
        ("Claude AI usage limit reached|1795560000", at(2026, 11, 24, 22, 40)),
        ("You've hit your 5-hour limit · resets 3:56pm (UTC)", at(2026, 11, 24, 15, 56)),
        ("5-hour limit reached ∙ resets 3pm", at(2026, 11, 24, 15)),
        ("resets 3pm (Europe/Berlin)", at(2026, 11, 25, 14)),
        ("resets 4pm (Europe/Berlin)", at(2026, 11, 24, 15)),
        ("Your limit will reset at 9am (America/New_York).", at(2026, 11, 25, 14)),
        ("weekly limit · resets Nov 26, 3pm (UTC)", at(2026, 11, 26, 15)),
        ("resets Jan 2, 12am (UTC)", at(2027, 1, 2)),
        (
            "visit https://x.y/settings to purchase more credits or try again at 3:39 AM.",
            at(2026, 11, 25, 3, 39),
        ),
        ("try again at Nov 24th, 2026 3:14 PM", at(2026, 11, 24, 15, 14)),
        ("Try again in 3 days 2 hours 5 minutes.", at(2026, 11, 27, 16, 35)),
        ("Please retry in 90.5s.", datetime(2026, 11, 24, 14, 31, 30, 500_000, tzinfo=UTC)),
        ("Your quota will reset after 10h4m12s.", at(2026, 11, 25, 0, 34, 12)),
        ("available again at 15:10", at(2026, 11, 24, 15, 10)),
        ("try again at 12:00 PM", at(2026, 11, 25, 12)),
        ("try again at 2:29 PM", at(2026, 11, 24, 14, 29)),  # it passed while this was being said
        ("Your limit will reset at 1pm (Etc/GMT+5).", at(2026, 11, 24, 18)),
        ("resets 6pm (Etc/GMT-3)", at(2026, 11, 24, 15)),
        ("resets 9pm (America/Port-au-Prince)", at(2026, 11, 25, 2)),
        ("resets 9pm America/Port-au-Prince.", at(2026, 11, 25, 2)),
        ("resets 4pm (America/Argentina/Buenos_Aires)", at(2026, 11, 24, 19)),
        ("resets 4pm (EST5EDT)", at(2026, 11, 24, 21)),
        ("resets 3pm (UTC+2)", at(2026, 11, 25, 13)),
        ("resets 5pm UTC-05:00.", at(2026, 11, 24, 22)),
        ("resets 9pm (+05:30)", at(2026, 11, 24, 15, 30)),
        ("resets 4pm (Europe/Berlin, CET)", at(2026, 11, 24, 15)),
        ("You will regain access on 2026-11-24 at 18:35 UTC+2.", at(2026, 11, 24, 16, 35)),
        ("You will regain access on 2026-11-24 at 16:35 (America/Port-au-Prince)", at(2026, 11, 24, 21, 35)),
        ("resets at 2026-11-25T01:00:00+99:00", at(2026, 11, 25, 1)),
        ("resets 4pm (../../etc/passwd)", at(2026, 11, 24, 16)),
        ("resets 4pm (America)", at(2026, 11, 24, 16)),
        ("resets at 0001-01-01T00:00:00+23:00", None),
        ("resets at 9999-12-31T23:59:59-23:00", None),
        ("limit reached|9999999999", None),
        ("resets 3pm (Mars/Olympus)", at(2026, 11, 24, 15)),
        ("You have exhausted your daily quota on this model. Please wait and try again later.", None),
        ("retry attempt 3 of 10", None),
        ("try again at 25:99 PM", None),
        ("resets Feb 31, 3pm", None),
        ("expired on 2019-01-01 at 00:00 UTC", None),
        ("", None),
    ],
)
def test_the_end_of_a_limit_is_read_from_its_sentence(text, when):
    assert reset(text, NOW) == when


def test_a_bare_time_is_in_the_zone_of_the_box():
    assert reset("try again at 5:00 PM", NOW, ZoneInfo("Asia/Tokyo")) == at(2026, 11, 25, 8)


def test_a_night_in_which_the_clocks_change_keeps_the_time_on_the_wall():
    before = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)

    assert reset("resets 6am (Europe/Berlin)", before) == at(2026, 10, 25, 5)


@given(st.text(alphabet="resets try again in at 0123456789:-+, apmNovUTCGEtcZ(/)hms|", max_size=120))
def test_no_text_breaks_it_and_no_answer_is_far_away(text):
    found = reset(text, NOW)

    assert found is None or -1 <= (found - NOW).days <= 400
