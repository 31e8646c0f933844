"""Outcomes in a world where Numerai lies, clocks jump and programs are restarted: one true answer puts all right."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nab.core.facts import Cause, Poll, RunStarted, SubmissionSeen, Tick, TurnBegan, TurnEnded, UploadSeen
from nab.core.levels import Level
from nab.core.outcomes import clock_skew, polling, sightings
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.listings import listing
from nab.core.outcomes.outcomes import Status, outcome, settles
from nab.core.overview.overview import standings
from nab.core.text import times
from nab.core.windows import rounds
from nab.core.windows.duties import BoxState, Listing, Situation, decide
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window
from support.records.logs import NOON, Log, enrolled, intended, round_seen

pytestmark = pytest.mark.full

LOOP, RUN = "codex-l4", "2026-05-15T090000Z-codex-l4"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The mutants are told apart by these; a failing example need not be small there, and shrinking takes long.
PHASES = (Phase.explicit, Phase.generate) if os.environ.get("NAB_MUTANT") else tuple(Phase)
SETTINGS = settings(
    max_examples=100, stateful_step_count=40, phases=PHASES, derandomize=True, database=None,
)  # fmt: skip


class LyingWorld(RuleBasedStateMachine):
    """The world is what is so: rounds, and what was submitted. The log is what we have heard of it."""

    @initialize()
    def begin(self):
        self.log, self.folded = Log(), None
        self.now = NOON - DAY
        self.wrong = timedelta()  # our clock less the true one
        self.number, self.given = 1268, 0
        self.windows: dict[int, Round] = {}
        self.truth: dict[int, dict[str, SubmissionSeen]] = {}
        self.noted: dict[tuple[int, str], SubmissionSeen] = {}
        self.paused: list[list[datetime]] = []  # from when to when we kept its box paused
        self.is_paused = False
        self.add(intended(level=Level.L4))
        self.add(RunStarted(started_at=times.text(self.now)))
        self.new_round()

    # what happens in the world

    @property
    def ours(self):
        return self.now + self.wrong

    def add(self, fact, number=None, valid=None):
        about = {"round": number} if number else {}
        self.log.add(fact, at=self.ours, valid=valid or self.now, entrant=LOOP, run=RUN, **about)

    @precondition(lambda self: self.now >= self.windows[self.number].closes + 22 * HOUR)
    @rule()
    def another_round(self):
        self.new_round()

    def new_round(self):
        self.number += 1
        opens = max(self.now + 2 * HOUR, NOON)
        self.windows[self.number] = Round(self.number, opens, opens + HOUR)
        self.truth[self.number] = {}

    @rule(seconds=st.sampled_from([1, 61, 301, 7200, 86400, 20 * 86400]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(moment=st.sampled_from(["opens", "closes", "settles"]), beyond=st.sampled_from([0, 1, 600, 1800]))
    def the_time_has_come(self, moment, beyond):
        self.time_has_come(moment, beyond)

    def time_has_come(self, moment, beyond):
        """Go on to one of the moments that matter in the newest round, if it is still to come."""
        window = self.windows[self.number]
        instants = {"opens": window.opens, "closes": window.closes, "settles": settles(window)}
        self.now = max(self.now, instants[moment] + timedelta(seconds=beyond))

    @precondition(lambda self: self.now < self.windows[self.number].opens)
    @rule(minutes=st.sampled_from([-30, 24, 90]))
    def numerai_moves_the_round(self, minutes):
        """It opens otherwise than it was told before."""
        self.rounds_told()
        opens = max(self.now, self.windows[self.number].opens + timedelta(minutes=minutes))
        self.windows[self.number] = Round(self.number, opens, opens + HOUR)

    @rule()
    def we_pause_or_wake_its_box(self):
        if self.is_paused:
            self.paused[-1][1] = self.now
            self.add(TurnBegan(because="its turn"))
        else:
            self.paused.append([self.now, datetime.max.replace(tzinfo=UTC)])
            self.add(TurnEnded(because="slice", active_seconds=1))
        self.is_paused = not self.is_paused

    @rule(hours=st.sampled_from([-2.0, 0.0, 0.005, 24.0, 20 * 24.0]))
    def our_clock_is_set(self, hours):
        self.wrong = timedelta(hours=hours)

    @precondition(lambda self: self.windows[self.number].opens <= self.now)
    @rule(seen=st.booleans())
    def the_agent_submits(self, seen):
        self.given += 1
        window, name = self.windows[self.number], f"s{self.given}"
        status = "on-time" if self.now <= window.closes else "late"
        submissions = self.truth[self.number]
        for other, fact in list(submissions.items()):
            # A late one never displaces one in time.
            if not (status == "late" and fact.status == "on-time" and fact.selected):
                submissions[other] = SubmissionSeen(
                    submission=other, status=fact.status, selected=False, inserted_at=fact.inserted_at
                )
        selected = not any(fact.selected for fact in submissions.values())
        submissions[name] = SubmissionSeen(
            submission=name, status=status, selected=selected, inserted_at=times.text(self.now)
        )
        if seen:
            of = self.number if self.now < window.closes else None
            self.add(UploadSeen(submission=name), of)

    # what we do about it

    def hear(self, reported):
        """Keep what is new, as reconciling does; a restarted program knows what the log knows."""
        known = sightings.known(self.log.events).get(LOOP, {})
        for (number, _), fact in sightings.fresh(reported, known).items():
            self.add(fact, number, times.parse(fact.inserted_at))

    def everything(self):
        return {
            (number, name): fact
            for number, submissions in self.truth.items()
            for name, fact in submissions.items()
        }

    def rounds_told(self):
        known = rounds.seen(self.log.events)
        for one in self.windows.values():
            if known.get(one.number) != one:
                self.add(round_seen(one), one.number, one.opens)

    def polled(self, *, ok):
        self.add(Poll(ok=ok, error="" if ok else "504"))

    @rule()
    def a_true_answer(self):
        self.rounds_told()
        self.hear(self.everything())
        self.polled(ok=True)
        rows = {row.round.number: row for row in standings(self.log.events).rows}
        for number, window in self.windows.items():
            assert rows[number].round == window
            assert self.agrees(number, window), (number, self.said(number), self.truth[number])

    def agrees(self, number, window):
        said, submissions = self.said(number), self.truth[number]
        if submissions:
            (counts,) = [fact for fact in submissions.values() if fact.selected]
            return (said.status, said.detail, said.submission) == (
                Status.VERIFIED,
                counts.status,
                counts.submission,
            )
        if self.now >= settles(window):
            return said.status is Status.MISSED
        return said.status in {Status.OPEN, Status.PENDING}

    @rule(lie=st.sampled_from(["empty", "stale", "partial", "doubled"]), share=st.integers(0, 3))
    def an_answer_that_is_not_so(self, lie, share):
        everything = self.everything()
        match lie:
            case "empty":
                heard = {}
            case "stale":
                old = times.text(self.now - DAY)
                heard = {place: fact for place, fact in everything.items() if fact.inserted_at <= old}
            case "partial":
                heard = dict(list(everything.items())[:share])
            case _:
                heard = dict(list(everything.items())[::-1])
        self.hear(heard)
        self.polled(ok=True)

    @rule(count=st.sampled_from([24, 100]))
    def it_is_looked_for_in_vain(self, count):
        for _ in range(count):
            self.polled(ok=True)

    @precondition(lambda self: self.now < self.windows[self.number].opens)
    @rule()
    def an_upload_is_seen_and_nobody_lists_it_after_the_close(self):
        self.rounds_told()
        self.time_has_come("opens", 60)
        self.the_agent_submits(seen=True)
        self.time_has_come("settles", 1)
        self.polled(ok=True)

    @rule(count=st.sampled_from([1, 24, 100]))
    def nobody_answers(self, count):
        for _ in range(count):
            self.polled(ok=False)

    @rule(answers=st.booleans(), listed=st.booleans())
    def a_tick(self, answers, listed):
        window = self.windows[self.number]
        skewed = clock_skew.counted(-self.wrong.total_seconds() if answers else None)
        current = window if answers else None
        state = rounds.window(current, self.ours + skewed) if answers else Window.UNKNOWN
        if answers:
            self.rounds_told()
        if answers and listed:
            self.hear(self.everything())
        known, _ = self.heard()
        facts = Situation(
            level=Level.L4,
            window=state,
            owed=True,
            listing=listing(known, LOOP, window, self.now, answered=listed) if answers else Listing.UNKNOWN,
            has_script=False,
            box=BoxState.PAUSED if self.is_paused else BoxState.AWAKE,
            in_flight=False,
            closing=False,
            no_room=False,
        )
        action, reason = decide(facts)
        tick = Tick(
            window=state.value,
            decisions={LOOP: (action.value, reason.value)},
            skew_seconds=-self.wrong.total_seconds() if answers else None,
        )
        self.add(tick, window.number if answers else None)
        assert action.value in {"observe", "alert"}
        if answers and listed and not self.truth[self.number] and window.opens <= self.now < window.closes:
            newest = standings(self.log.events).rows[-1]
            assert newest.outcome.status is Status.OPEN, "our clock decided though it stands wrong"

    # what always holds

    def heard(self):
        """Return what is folded from the log: its evidence, and how far our clock is off; once until it grows."""
        length = len(self.log.events)
        if self.folded is None or self.folded[0] != length:
            self.folded = length, gather(self.log.events), clock_skew.offset(self.log.events)
        return self.folded[1:]

    def said(self, number):
        known, skewed = self.heard()
        return outcome(known, LOOP, self.windows[number], self.ours + skewed)

    @invariant()
    def nothing_is_verified_that_was_not_so(self):
        for number, window in getattr(self, "windows", {}).items():
            said = self.said(number)
            if said.status is Status.VERIFIED:
                assert said.submission in self.truth[number]
            if said.status in {Status.MISSED, Status.DISPUTED, Status.VERIFIED, Status.UNREACHABLE}:
                assert said.because
            if said.status is Status.MISSED:
                assert self.now >= settles(window)
                assert self.was_answered_since(settles(window))
                assert said.cause is not Cause.AGENT or not self.was_paused_through(window)
                assert said.cause is not None and said.reason
                assert not self.uploads_unexplained(number)

    def was_answered_since(self, instant):
        return any(
            event.kind == "poll" and event.fact.ok and times.parse(event.valid) >= instant
            for event in self.log.events
        )

    def was_paused_through(self, window):
        return any(began <= window.opens and ended >= window.closes for began, ended in self.paused)

    def uploads_unexplained(self, number):
        """An upload that the proxy saw for a round, and that nobody lists anywhere, is never a plain miss."""
        listed = {event.fact.submission for event in self.log.events if event.kind == "submission.seen"}
        return any(
            event.kind == "upload.seen" and event.round == number and event.fact.submission not in listed
            for event in self.log.events
        )

    @invariant()
    def numerais_silence_is_never_the_agents_miss(self):
        for number, window in getattr(self, "windows", {}).items():
            said = self.said(number)
            if said.status is not Status.MISSED:
                continue
            ticks = [
                event
                for event in self.log.events
                if event.kind == "tick" and window.opens <= times.parse(event.valid) < window.closes
            ]
            if not ticks or any(event.fact.window == "unknown" for event in ticks):
                assert said.cause is not Cause.AGENT

    @rule()
    def it_is_told(self):
        """What is told now is told again from this prefix of the log, whatever comes later."""
        told = {row.round.number: row.outcome.words for row in standings(self.log.events).rows}
        assert set(told) == set(rounds.seen(self.log.events)), "every round that we know of has a row"
        self.told = [*getattr(self, "told", []), (len(self.log.events), told)]
        for length, before in self.told[-3:]:
            again = standings(self.log.events[:length])
            assert {row.round.number: row.outcome.words for row in again.rows} == before

    @invariant()
    def nobody_is_ever_left_unasked(self):
        if not hasattr(self, "windows"):
            return
        known, _ = self.heard()
        later = self.now + timedelta(days=1, hours=1)
        assert polling.due(known, LOOP, list(self.windows.values()), later).now


LyingWorld.TestCase.settings = SETTINGS
TestOutcomesInALyingWorld = LyingWorld.TestCase


def test_the_world_has_an_enrolled_entrant_from_the_start_of_its_run():
    log = Log()
    log.add(enrolled(level=Level.L4), entrant=LOOP, run=RUN)

    assert list(standings(log.events).enrolments) == [LOOP]
