"""The running tournament: what was uploaded, what is scored, and the step that brings it up to date."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock, RLock

from nab.tournament.market import field as participants
from nab.tournament.market.field import Participant
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import LiveRound, Market
from nab.tournament.market.signal import Array
from nab.tournament.play import uploads
from nab.tournament.play.account import Account
from nab.tournament.play.ledger import Ledger
from nab.tournament.play.uploads import Submission, Upload
from nab.tournament.rounds import schedule as calendar
from nab.tournament.rounds.calendars import Early
from nab.tournament.rounds.clocks import Clock
from nab.tournament.rounds.jumps import Jumps
from nab.tournament.rounds.schedule import LONG_DAYS, Schedule
from nab.tournament.scoring import entries, scoring
from nab.tournament.scoring.archive import Archive
from nab.tournament.scoring.diagnostics import Diagnostics
from nab.tournament.scoring.scorebook import ROUNDS_A_YEAR, Mark, Reputations, RoundScores, finishing
from nab.tournament.scoring.scoring import Entries, Prepared
from nab.tournament.store import Store

ROUNDS_IN_MEMORY = 80
MADE_AHEAD = timedelta(seconds=20)


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
    store: Store = field(default_factory=Store.in_memory)
    late: dict[int, timedelta] = field(default_factory=dict)
    early: list[Early] = field(default_factory=list)
    jumps: Jumps = field(default_factory=Jumps)
    scores: dict[int, RoundScores] = field(default_factory=dict)
    reputations: Reputations = field(default_factory=Reputations)
    descriptions: dict[str, dict[str, str | None]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    stepping: Lock = field(default_factory=Lock)
    announced: int = 0
    scores_rounds: bool = True  # sealed eras are scored by a replay's one look, and told to nobody before
    settled_below: int = 0
    done: set[int] = field(default_factory=set)
    _live: OrderedDict[int, LiveRound] = field(default_factory=OrderedDict)
    _prepared: dict[int, tuple[tuple[str, ...], Prepared]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settled_below = max(self.first, self.settled_below)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.store)

    @cached_property
    def diagnostics(self) -> Diagnostics:
        return Diagnostics(self.store)

    @cached_property
    def benchmarks(self) -> tuple[Participant, ...]:
        return participants.benchmarks(self.market.seed)

    @cached_property
    def field(self) -> tuple[Participant, ...]:
        """Everybody but us, the benchmark models last."""
        return participants.participants(self.market.seed) + self.benchmarks

    @cached_property
    def stakes(self) -> dict[str, float]:
        """What is staked on each model of the field, by its id; nothing is staked on ours."""
        return {participant.id: participant.stake for participant in self.field}

    @property
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

    def forget_universes(self) -> None:
        """Look at every round's universe anew: which era a round has changes with the seal."""
        with self.lock:
            self._live.clear()

    def rounds(self) -> range:
        """Return the numbers of the rounds that have opened, oldest first."""
        return range(self.first, self.schedule.newest(self.clock.now()) + 1)

    def submissions_of(self, model: str, now: datetime) -> list[Submission]:
        """Return every submission of a model as it stands."""
        return uploads.all_submissions(self.ledger.of_model(model), self.schedule, now)

    def scores_of(self, number: int) -> RoundScores:
        """Return a round's scores so far."""
        with self.lock:
            fresh = self.scores.get(number)
        return fresh or self.archive.scores(number) or RoundScores()

    def marks(self, model: str, numbers: Sequence[int]) -> dict[int, list[Mark]]:
        """Return what a model scored in rounds, oldest day first; of the field only the last year, and the last day.

        Of the benchmark models every day is told, as of ours.
        """
        if not numbers:
            return {}
        with self.lock:
            fresh = {number: scores.marks(model) for number, scores in self.scores.items()}
        if model in {one.id for one in self.account.models} | {one.id for one in self.benchmarks}:
            return self.archive.marks(model, min(numbers)) | fresh
        recent = sorted(numbers)[-ROUNDS_A_YEAR:]
        return {
            number: fresh[number] if number in fresh else self.scores_of(number).marks(model)
            for number in recent
        }

    def advance(self, now: datetime) -> None:
        """Bring files and scores up to an instant; what is already done is not done again."""
        newest = self.schedule.newest(now)
        self.live_files.make(newest)
        if newest > self.announced:
            self.announced = newest
            self.store.keep("seen", newest)
            self.say(calendar.standing(self.schedule, now))
        for number in range(self.settled_below, newest + 1 if self.scores_rounds else 0):
            if number not in self.done:
                with self.lock:
                    scores = self.scores.setdefault(number, RoundScores())
                self.score_round(number, scores, calendar.days_scored(self.schedule, number, now))
        self.settle()
        if self.schedule.times(newest + 1).opens - now <= MADE_AHEAD:
            self.live_files.make(newest + 1)

    def score_round(self, number: int, scores: RoundScores, until: int) -> None:
        """Add the days that a round is behind."""
        for day in range(scores.day + 1, until + 1):
            submitted = self.submitted(number, self.schedule.scored_at(number, day))
            prepared = self.prepared(number, submitted)
            today = scoring.score(prepared, self.live(number).target(day), day)
            kept: dict[str, str | None] = {one.id: None for one in self.benchmarks}
            kept |= {model: submission.id for model, submission in submitted.items()}
            with self.lock:
                scores.add(day, prepared.names, today, kept)
                for metric in finishing(day, today):
                    self.reputations.add(metric, scores.newest[metric])
                if day == scoring.FINAL_DAY[scoring.MMC20]:
                    self.reputations.remember(number)
            if day in (1, scoring.FINAL_DAY[scoring.MMC20], LONG_DAYS):
                self.say(f"round {number} scored, day {day}: {len(submitted)} of our models took part")
        if scores.day >= LONG_DAYS:
            self.finish(number, scores)

    def finish(self, number: int, scores: RoundScores) -> None:
        """Put a round into the archive, and let go of what only its scoring needed."""
        self.archive.add(number, scores)
        with self.lock:
            self.done.add(number)
            self.scores.pop(number, None)
            self._live.pop(number, None)
            self._prepared.pop(number, None)

    def settle(self) -> None:
        """Count the rounds up to which every one is finished."""
        before = self.settled_below
        while self.settled_below in self.done:
            self.done.remove(self.settled_below)
            self.settled_below += 1
        if self.settled_below > before:
            self.store.keep("settled_below", self.settled_below)
            self.ledger.forget_values(self.settled_below - 1)

    def accept(self, upload: Upload, values: Array) -> None:
        """Take in a valid upload; values are in the order of the market's stocks."""
        self.ledger.add(upload, values)

    def submitted(self, number: int, at: datetime) -> dict[str, Submission]:
        """Return the submission of each of our models that counts for a round at an instant."""
        recent = self.ledger.of_rounds(number - 1, number)
        chosen = uploads.selected(uploads.all_submissions(recent, self.schedule, at))
        return {model: submission for (model, of), submission in chosen.items() if of == number}

    def prepared(self, number: int, submitted: dict[str, Submission]) -> Prepared:
        """Return a round's predictions ready to be scored; done again only when a submission changes."""
        key = tuple(sorted(submission.id for submission in submitted.values()))
        if number not in self._prepared or self._prepared[number][0] != key:
            self._prepared[number] = (key, scoring.prepare(self.entries(number, submitted)))
        return self._prepared[number][1]

    def entries(self, number: int, submitted: Mapping[str, Submission]) -> Entries:
        """Return everyone's predictions for a round."""
        ours = {model: self.ledger.values(submission.upload.id) for model, submission in submitted.items()}
        return entries.of_round(self.market, self.live(number), self.field, ours)
