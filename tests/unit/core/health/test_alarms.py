from datetime import datetime, timedelta

import pytest

from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Cause,
    EntrantEnrolled,
    OutcomeChanged,
    Poll,
    RunStarted,
    ScopesSeen,
    ScoreSeen,
    SubmissionSeen,
    SyncFailing,
    SyncRecovered,
    Tick,
    UploadSeen,
)
from nab.core.health.alarms import Alarm, alarms, news
from nab.core.levels import Level
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from nab.core.windows.duties import Reason
from nab.core.windows.rounds import Round
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, Log, enrolled, intended, round_seen
from support.statistics import claimed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRING = 30 * MINUTE  # what one may take


def bench(*, level=Level.L3):
    """A log with an entrant that was enrolled a day before the round, and a round."""
    log = Log()
    log.add(enrolled(level=level), at=NOON - DAY, entrant=WHO, run=RUN)
    log.add(round_seen(), at=NOON - HOUR, round=ROUND.number)
    return log


def tick(log, at, *, window="closed", reason=Reason.CLOSED, action="wait", **told):
    log.add(Tick(window=window, decisions={WHO: (action, reason.value)}, **told), at=at)


def keys(log, now, *, live=False):
    return [alarm.key for alarm in alarms(log.events, now, live=live, firing=FIRING)]


def seen(at=NOON + MINUTE, name="s1", **changed):
    told = {"submission": name, "status": "on-time", "selected": True, "inserted_at": times.text(at)}
    return SubmissionSeen(**{**told, **changed})


def submitted():
    """A log of which nothing is wrong, an hour after the grace."""
    log = bench()
    log.about(UploadSeen(submission="s1", by="scheduler"), at=NOON + MINUTE)
    log.about(seen(), at=NOON + 2 * MINUTE)
    log.add(Poll(ok=True), at=settles(ROUND), entrant=WHO)
    tick(log, CLOSES + 3 * HOUR)
    return log


def test_where_all_is_well_there_is_no_alarm():
    assert keys(submitted(), CLOSES + 3 * HOUR + MINUTE) == []
    assert keys(Log(), NOON) == []


def test_a_watcher_that_does_not_look_is_an_alarm_after_a_quarter_of_an_hour():
    log = submitted()
    at = CLOSES + 3 * HOUR

    assert keys(log, at + 14 * MINUTE) == []
    assert keys(log, at + 16 * MINUTE) == ["tick"]
    assert keys(bench(), NOON - DAY + 14 * MINUTE) == []
    assert keys(bench(), NOON - HOUR) == ["tick"]


NOON_LATER = NOON + 2 * DAY
FIRED = AttemptStarted(container="c", script="")
ENDED = AttemptEnded(exit_code=0, seconds=1, cause=Cause.UNKNOWN, reason="submit.sh ended well")


def fired(*facts, by="watch_window 0.1"):
    """A log whose newest tick, at noon, is followed by these facts, each with its minutes after noon."""
    log = submitted()
    tick(log, NOON_LATER)
    log.by = by
    for minutes, fact in facts:
        log.about(fact, at=NOON_LATER + minutes * MINUTE)
    return log


def dead_from(log):
    """Return the first minute after the tick at which the watcher counts as dead."""
    return next(
        minute for minute in range(600) if "tick" in keys(log, NOON_LATER + minute * MINUTE + MINUTE / 60)
    )


@pytest.mark.parametrize(
    ("facts", "minute"),
    [
        ([], 15),
        ([(1, FIRED), (9, ENDED)], 24),
        ([(1, FIRED), (28, ENDED)], 43),
        ([(1, FIRED), (28, ENDED), (29, FIRED), (58, ENDED), (59, FIRED), (61, ENDED)], 76),
        ([(1, FIRED)], 46),
        ([(1, FIRED), (28, ENDED), (29, FIRED)], 74),
    ],
    ids=["none", "short", "long", "three in a row", "never ended", "the second never ended"],
)
def test_a_firing_is_a_sign_of_life_while_it_goes_on_and_a_quarter_of_an_hour_beyond(facts, minute):
    assert dead_from(fired(*facts)) == minute


def test_a_firing_that_is_over_or_lost_says_nothing_of_a_later_tick():
    log = fired((-60, FIRED), (-40, ENDED))
    assert dead_from(log) == 15
    log = fired((1, FIRED))
    tick(log, NOON_LATER + HOUR)

    assert [keys(log, NOON_LATER + HOUR + minutes * MINUTE) for minutes in (14, 16)] == [[], ["tick"]]


@pytest.mark.parametrize("by", ["submit 0.1", "adopt 0.1", "watch_windows 0.1"])
def test_a_firing_by_anybody_else_is_no_sign_of_the_watcher(by):
    assert dead_from(fired((1, FIRED), (10, ENDED), by=by)) == 15


def test_a_dead_watcher_is_told_with_what_it_did_last():
    now = NOON_LATER + 3 * HOUR

    def text(log):
        return next(alarm.text for alarm in alarms(log.events, now, live=False, firing=FIRING))

    looked = f"the window watcher looked last at {times.text(NOON_LATER)}"
    at = times.text(NOON_LATER + 9 * MINUTE)
    assert text(fired()) == f"{looked} (is nab-watch.timer running?)"
    assert text(fired((9, FIRED))).startswith(f"{looked}, and began a firing at {at} (is")
    assert text(fired((1, FIRED), (9, ENDED))).startswith(f"{looked}, and ended a firing at {at} (is")


def test_what_a_tick_could_not_see_or_put_right_is_an_alarm_until_one_can():
    log = submitted()
    at = CLOSES + 3 * HOUR + 5 * MINUTE
    tick(log, at, engine="no Docker engine", skew_seconds=-90.0, action="alert", reason=Reason.NO_SCRIPT)
    assert keys(log, at) == [f"decision:{WHO}:{Reason.NO_SCRIPT}", "engine", "skew"]
    tick(log, at + 5 * MINUTE, skew_seconds=2.0)

    assert keys(log, at + 5 * MINUTE) == []


def test_an_hour_of_silence_from_numerai_is_an_alarm_and_one_silent_tick_is_not():
    log = submitted()
    at = CLOSES + 3 * HOUR
    tick(log, at + 5 * MINUTE, window="unknown")
    assert keys(log, at + 5 * MINUTE) == []
    for number in range(2, 14):
        tick(log, at + number * 5 * MINUTE, window="unknown")

    assert keys(log, at + 65 * MINUTE) == ["numerai"]


def test_an_active_agent_without_rows_for_two_rounds_is_an_alarm():
    """This one would have ended the ten days of silence within one."""
    log = Log()
    log.add(intended(level=Level.L4), at=NOON - HOUR, entrant=WHO, run=RUN)
    log.add(round_seen(), round=ROUND.number)
    log.add(round_seen(Round(1270, NOON + DAY, NOON + DAY + HOUR)), round=1270)
    at = NOON + DAY + MINUTE
    assert keys(log, at) == [f"rows:{WHO}"]
    log.add(RunStarted(started_at=times.text(NOON - HOUR)), at=at, valid=NOON - HOUR, entrant=WHO, run=RUN)

    assert f"rows:{WHO}" not in keys(log, at)


def test_a_round_of_which_nobody_knows_anything_two_hours_after_its_close_is_an_alarm():
    log = bench()
    tick(log, CLOSES + 2 * HOUR)

    assert keys(log, CLOSES + 2 * HOUR - MINUTE) == []
    assert keys(log, CLOSES + 2 * HOUR + MINUTE) == [f"unsettled:{WHO}:1269"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime.fromisoformat("2026-05-19T12:44:00Z"), []),
        (datetime.fromisoformat("2026-05-19T12:46:00Z"), ["round:2026-05-19"]),
        (datetime.fromisoformat("2026-05-23T23:00:00Z"), ["round:2026-05-23"]),
        (datetime.fromisoformat("2026-05-17T23:00:00Z"), []),
        (datetime.fromisoformat("2026-05-18T23:00:00Z"), []),
        (datetime.fromisoformat("2026-12-31T13:00:00Z"), ["round:2026-12-31"]),
    ],
    ids=["not yet", "tuesday", "saturday", "sunday", "monday", "the last day of a year"],
)
def test_a_round_that_has_not_opened_by_its_time_is_an_alarm_where_the_calendar_is_numerais(at, expected):
    log = submitted()
    tick(log, at)

    assert [key for key in keys(log, at, live=True) if key.startswith("round:")] == expected
    assert [key for key in keys(log, at) if key.startswith("round:")] == []


def test_changed_scopes_are_an_alarm_for_a_week_and_a_key_that_may_stake_for_ever():
    log = submitted()
    at = CLOSES + 3 * HOUR
    log.add(ScopesSeen(scopes=("read_user_info",)), at=at)
    assert keys(log, at) == []
    event = log.add(ScopesSeen(scopes=("read_user_info", "stake")), at=at)

    assert keys(log, at) == [f"scopes:{event.seq}", "staking"]
    tick(log, at + 8 * DAY)
    assert keys(log, at + 8 * DAY) == ["staking"]


def test_an_upload_that_is_not_listed_two_hours_later_is_an_alarm():
    log = bench()
    log.about(UploadSeen(submission="s1", by="scheduler"), at=NOON + MINUTE)
    tick(log, CLOSES + 2 * HOUR)
    log.add(Poll(ok=False, error="504"), at=CLOSES + 2 * HOUR, entrant=WHO)
    assert "unlisted:s1" not in keys(log, CLOSES + 2 * HOUR)
    log.add(Poll(ok=True), at=CLOSES + 2 * HOUR, entrant=WHO)

    assert "unlisted:s1" in keys(log, CLOSES + 2 * HOUR)
    log.about(seen(), at=CLOSES + 2 * HOUR)
    assert keys(log, CLOSES + 2 * HOUR) == []


def test_a_score_of_what_was_never_listed_and_a_corrected_outcome_are_alarms():
    log = bench()
    log.add(Poll(ok=True), at=settles(ROUND), entrant=WHO)
    tick(log, CLOSES + 3 * HOUR)
    score = ScoreSeen(metric="mmc", day=1, value=0.1, percentile=0.5, submission="s9", resolved=False)
    log.about(score, at=CLOSES + 3 * HOUR)
    changed = log.about(
        OutcomeChanged(old="missed", new="verified scored", because=(1,)), at=CLOSES + 3 * HOUR
    )

    assert keys(log, CLOSES + 3 * HOUR) == [f"changed:{WHO}:1269:{changed.seq}", f"scored:{WHO}:1269"]


@pytest.mark.parametrize("status", ["late", "on-time", "queued"])
def test_what_came_in_a_round_that_was_not_owed_wakes_nobody(status):
    log = Log()
    log.add(round_seen(), at=NOON, round=ROUND.number)
    log.add(enrolled(level=Level.L4), at=NOON + MINUTE, entrant=WHO, run=RUN)
    log.add(UploadSeen(submission="s1", by="session:work-1"), at=CLOSES + MINUTE, entrant=WHO)
    log.about(seen(at=CLOSES + MINUTE, status=status), at=CLOSES + MINUTE)
    log.about(
        ScoreSeen(metric="mmc", day=1, value=0.1, percentile=0.5, submission="s9", resolved=False),
        at=CLOSES + MINUTE,
        number=1268,
    )
    log.add(Poll(ok=True), at=CLOSES + 3 * HOUR, entrant=WHO)
    tick(log, CLOSES + 3 * HOUR)

    assert keys(log, CLOSES + 3 * HOUR) == []


def test_a_score_of_what_was_never_listed_wakes_nobody_where_it_was_not_owed():
    log = Log()
    log.add(round_seen(), at=NOON, round=ROUND.number)
    log.add(enrolled(), at=NOON + MINUTE, entrant=WHO, run=RUN)
    log.about(ScoreSeen(metric="mmc", day=1, value=0.1, percentile=0.5, submission="s9", resolved=False))
    tick(log, CLOSES + 3 * HOUR)

    assert keys(log, CLOSES + 3 * HOUR) == []


def test_a_submission_that_nobody_of_ours_made_is_an_alarm_and_its_queued_copy_is_none():
    log = submitted()
    at = CLOSES + 3 * HOUR
    log.about(seen(name="s1", filename="p-1.csv"), at=at)
    log.about(seen(name="copy", filename="p-1.csv", status="queued"), at=at, number=1270)
    assert keys(log, at) == []
    log.about(seen(name="s2", filename="p-2.csv"), at=at)

    assert keys(log, at) == ["outside:s2"]


def test_a_stranger_is_an_alarm_from_the_start_of_a_run_on_whoever_is_enrolled_by_then():
    log = Log()
    log.add(intended(), at=NOON, entrant=WHO, run=RUN)
    log.about(seen(NOON - MINUTE, "before"), at=CLOSES)
    assert keys(log, CLOSES) == []
    log.about(seen(NOON + MINUTE, "s2"), at=CLOSES)

    assert keys(log, CLOSES) == ["outside:s2"]


def test_an_alarm_is_told_once_until_it_clears_and_then_again():
    one, two = Alarm("a", "first"), Alarm("b", "second")
    first = news([one, two], {})
    assert first.raised == (one, two)
    told = {alarm.key: alarm.text for alarm in first.raised}
    assert not news([one, two], told)
    assert not news([Alarm("a", "first, in other words"), two], told)

    assert news([two], told).cleared == (one,)
    assert news([one, two], {"b": "second"}).raised == (one,)


def test_a_run_that_came_after_the_families_of_its_level_were_registered_is_an_alarm_until_it_is_in_one():
    told = claimed.Claimed().enrol().register()
    late = EntrantEnrolled(agent="gemini", level=Level.L3, model="m", model_id="id")
    told.say(late, entrant="gemini-l3", run="run-of-gemini")
    family = "family:run-of-gemini"
    assert family in keys(told.log, claimed.BEGAN)

    members = {"run-of-gemini": "gemini-l3", claimed.A: "codex-l3"}
    told.register(family="l3-101b", pairs=(("run-of-gemini", claimed.A),), members=members)
    assert family not in keys(told.log, claimed.BEGAN)


def test_runs_of_a_level_without_a_family_are_none():
    assert "family" not in {
        key.partition(":")[0] for key in keys(claimed.Claimed().enrol().log, claimed.BEGAN)
    }


def test_a_sync_that_fails_is_an_alarm_until_all_has_arrived():
    log, now = submitted(), CLOSES + 3 * HOUR + MINUTE
    log.add(SyncFailing(since="2026-05-16T12:00:00.000Z", error="refused"), at=now)
    (alarm,) = alarms(log.events, now, live=False, firing=FIRING)

    assert (alarm.key, alarm.page) == ("sync", "docs/alarms.md#sync")
    assert alarm.text == "nothing has arrived at the git remote since 2026-05-16T12:00:00.000Z: refused"

    log.add(SyncRecovered(since="2026-05-16T12:00:00.000Z", seconds=60), at=now)
    assert keys(log, now) == []
