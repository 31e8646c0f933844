"""The running tournament: what was uploaded, what is scored, and the step that brings it up to date."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import RLock
from typing import Protocol

import numpy as np
import pandas as pd

from nab.tournament import field as participants
from nab.tournament import schedule as calendar
from nab.tournament import scoring, uploads
from nab.tournament.account import Account
from nab.tournament.diagnostics import Diagnostics
from nab.tournament.field import Participant
from nab.tournament.live_files import LiveFiles
from nab.tournament.market import LiveRound, Market
from nab.tournament.schedule import LONG_DAYS, Schedule
from nab.tournament.scorebook import Reputations, RoundScores, finishing
from nab.tournament.scoring import Entries, Prepared
from nab.tournament.signal import Array
from nab.tournament.uploads import Submission, Upload

ROUNDS_IN_MEMORY = 80
MADE_AHEAD = timedelta(seconds=20)
BENCHMARK = "v53_lgbm_ender20"
NEUTRALIZED_AGAINST = 42


class Clock(Protocol):
    """The tournament's time."""

    def now(self) -> datetime:
        """Return the present instant, UTC."""


@dataclass
class Tournament:
    """All that there is, in memory. Requests read it and add uploads; `advance` does the rest."""

    clock: Clock
    schedule: Schedule
    market: Market
    account: Account
    live_files: LiveFiles
    say: Callable[[str], None]
    first: int
    uploads: list[Upload] = field(default_factory=list)
    predictions: dict[str, Array] = field(default_factory=dict)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    scores: dict[int, RoundScores] = field(default_factory=dict)
    reputations: Reputations = field(default_factory=Reputations)
    lock: RLock = field(default_factory=RLock)
    announced: int = 0
    _live: OrderedDict[int, LiveRound] = field(default_factory=OrderedDict)
    _prepared: dict[int, tuple[tuple[str, ...], Prepared]] = field(default_factory=dict)

    @cached_property
    def field(self) -> tuple[Participant, ...]:
        return participants.participants(self.market.seed)

    @cached_property
    def model_names(self) -> dict[str, str]:
        """Every model's name by its id, ours and the field's."""
        ours = {model.id: model.name for model in self.account.models}
        return {**ours, **{participant.id: participant.name for participant in self.field}}

    def live(self, number: int) -> LiveRound:
        """Return a round's universe; it is the same whenever it is made."""
        with self.lock:
            if number not in self._live:
                self._live[number] = self.market.live(number)
                while len(self._live) > ROUNDS_IN_MEMORY:
                    self._live.popitem(last=False)
            return self._live[number]

    def rounds(self) -> range:
        """Return the numbers of the rounds that have opened, oldest first."""
        return range(self.first, self.schedule.newest(self.clock.now()) + 1)

    def submissions(self, now: datetime) -> list[Submission]:
        """Return every submission as it stands."""
        return uploads.all_submissions(tuple(self.uploads), self.schedule, now)

    def advance(self, now: datetime) -> None:
        """Bring files and scores up to an instant; what is already done is not done again."""
        newest = self.schedule.newest(now)
        self.live_files.make(newest)
        if newest > self.announced:
            self.announced = newest
            closes = self.schedule.times(newest).closes_on_time
            self.say(f"round {newest} open, on time until {closes:%H:%M:%S}Z")
        for number in range(self.first, newest + 1):
            scores = self.scores.setdefault(number, RoundScores())
            if scores.day < LONG_DAYS:
                self.score_round(number, scores, calendar.days_scored(self.schedule, number, now))
        if self.schedule.times(newest + 1).opens - now <= MADE_AHEAD:
            self.live_files.make(newest + 1)

    def score_round(self, number: int, scores: RoundScores, until: int) -> None:
        """Add the days that a round is behind."""
        for day in range(scores.day + 1, until + 1):
            submitted = self.submitted(number, self.schedule.scored_at(number, day))
            prepared = self.prepared(number, submitted)
            today = scoring.score(prepared, self.live(number).target(day), day)
            ours = {model: submission.id for model, submission in submitted.items()}
            with self.lock:
                scores.add(day, prepared.names, today, ours)
                for metric in finishing(day, today):
                    self.reputations.add(metric, scores.newest[metric])
            if day in (1, scoring.FINAL_DAY[scoring.MMC20], LONG_DAYS):
                self.say(f"round {number} scored, day {day}: {len(submitted)} of our models took part")
        if scores.day >= LONG_DAYS:
            self.forget(number)

    def forget(self, number: int) -> None:
        """Let go of what only the scoring of a round needed."""
        self._live.pop(number, None)
        self._prepared.pop(number, None)
        for upload in tuple(self.uploads):
            if upload.round < number:
                self.predictions.pop(upload.id, None)

    def accept(self, upload: Upload, values: Array) -> None:
        """Take in a valid upload; values are in the order of the market's stocks."""
        with self.lock:
            self.predictions[upload.id] = values
            self.uploads.append(upload)

    def submitted(self, number: int, at: datetime) -> dict[str, Submission]:
        """Return the submission of each of our models that counts for a round at an instant."""
        recent = [upload for upload in tuple(self.uploads) if number - 1 <= upload.round <= number]
        chosen = uploads.selected(uploads.all_submissions(recent, self.schedule, at))
        return {model: submission for (model, of), submission in chosen.items() if of == number}

    def prepared(self, number: int, submitted: dict[str, Submission]) -> Prepared:
        """Return a round's predictions ready to be scored; done again only when a submission changes."""
        key = tuple(sorted(submission.id for submission in submitted.values()))
        if number not in self._prepared or self._prepared[number][0] != key:
            self._prepared[number] = (key, scoring.prepare(self.entries(number, submitted)))
        return self._prepared[number][1]

    def entries(self, number: int, submitted: dict[str, Submission]) -> Entries:
        """Return everyone's predictions for a round. Columns are model ids."""
        live = self.live(number)
        ids = {participant.name: participant.id for participant in self.field}
        predictions = participants.field_predictions(self.market, live.era).rename(columns=ids)
        stakes = {participant.id: participant.stake for participant in self.field}
        meta_model = participants.meta_model(predictions, stakes)
        ours = {model: self.predictions[s.upload.id][live.stocks] for model, s in submitted.items()}
        benchmark = participants.benchmark_predictions(self.market, live.era)[BENCHMARK]
        features = live.era.features[:, :NEUTRALIZED_AGAINST].astype(np.float64)
        neutralizers = pd.DataFrame(features, index=predictions.index)
        return Entries(predictions.assign(**ours), meta_model, benchmark, neutralizers)
