"""Make or find everything that a tournament keeps on disk, and take up where it was left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from pathlib import Path

import msgspec

from nab.core.errors import NabError
from nab.core.text import times
from nab.edges import clock
from nab.tournament.market import dataset
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import SIZES, Market
from nab.tournament.play import account, faults, resumption, steps
from nab.tournament.play.account import Account
from nab.tournament.play.blobs import Links, Shelves
from nab.tournament.play.engine import Tournament
from nab.tournament.play.faults import Fault, Faults
from nab.tournament.play.options import Options, Say
from nab.tournament.play.rates import Budgets
from nab.tournament.play.visit import House
from nab.tournament.replay import cutting, sources
from nab.tournament.replay.sealed import SealedFiles, SealedMarket, Turns
from nab.tournament.rounds import pace
from nab.tournament.rounds.calendars import Early, EarlySchedule, LateSchedule
from nab.tournament.rounds.clocks import MovableClock
from nab.tournament.rounds.jumps import Jump, JumpingSchedule, Jumps
from nab.tournament.store import Store

DATABASE = "tournament.db"
UPLOAD_KINDS = ("submissions", "diagnostics", "models")


def house(options: Options, say: Say) -> House:
    """Return the tournament of a state folder, ready to be served."""
    store = Store.at(options.root / DATABASE)
    same_tournament(store, options)
    market = Market(options.seed, SIZES[options.size])
    past, live_files = cut(options, store, market, say) if options.sealed else whole(options, market, say)
    shelves = Shelves(past, live_files, upload_folders(options.root))
    tournament = continued(options, store, shelves.live_files, say)
    sealed = live_files if isinstance(live_files, SealedFiles) else None
    if sealed:
        sealed.calendar.newest = lambda: tournament.schedule.newest(tournament.clock.now())
    resumption.resume(tournament, tournament.clock.now())
    furnished = House(
        tournament,
        Links(),
        shelves,
        budgets=Budgets(options.enforced.limits()),
        faults=kept_faults(store),
        refuses_stale_ids=options.refuses_stale_ids or sealed is not None,
        turns=sealed.turns if sealed else None,
    )
    for fault in options.faults:
        steps.switch_on(furnished, fault)
    return furnished


def same_tournament(store: Store, options: Options) -> None:
    """Refuse options that are those of another tournament than the one that is kept."""
    wanted: dict[str, str | int] = {
        "preset": options.pace.preset,
        "seed": options.seed,
        "size": options.size,
        **({"sealed": options.sealed} if options.sealed else {}),
    }
    kept = store.setting("tournament", wanted)
    if kept != wanted:
        said = " ".join(f"--{name} {value}" for name, value in kept.items())
        raise NabError(
            f"{options.root} holds a tournament of {said}",
            hint=f"use these options, or another --state, or remove {options.root / DATABASE} to begin anew",
        )
    store.keep("tournament", wanted)


def whole(options: Options, market: Market, say: Say) -> tuple[Path, LiveFiles]:
    """Return all of the past, and live files of the market's own rounds."""
    return past_files(options, market, say), LiveFiles(empty(options.root / "live"), market)


def cut(options: Options, store: Store, market: Market, say: Say) -> tuple[Path, SealedFiles]:
    """Return the past before the sealed eras, and live files of those: the dataset is cut unless it is."""
    begun = clock.monotonic()
    source = options.dataset
    if source is None:
        longer = sources.long_enough(market, options.sealed)
        source = dataset.make(options.root / "replay", longer) / dataset.VERSION
    folder = cutting.make(source, sources.folder(options.root, source, options.sealed), options.sealed)
    turns = Turns(store, folder.about())
    told = turns.cut
    say(
        f"dataset cut before era {told.first}: {len(told.eras)} eras are sealed; cut {told.hash[:12]}, ready in"
        f" {clock.monotonic() - begun:.1f} s: {folder.root}"
    )
    sealed = SealedMarket(market.seed, market.size, folder=folder, turns=turns)
    return folder.served, SealedFiles(options.root / "live", sealed, folder_of_cut=folder, turns=turns)


def past_files(options: Options, market: Market, say: Say) -> Path:
    """Make the dataset unless it is there."""
    if not dataset.folder(options.root, market).is_dir():
        say(f"making the {options.size} dataset ...")
    begun = clock.monotonic()
    past = dataset.make(options.root, market)
    say(f"dataset {options.size} ready in {clock.monotonic() - begun:.1f} s: {past}")
    return past


def empty(folder: Path) -> Path:
    """Return a folder without what an earlier start left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def upload_folders(root: Path) -> Path:
    """Have the folders that uploads go to; what was put half is removed."""
    for kind in UPLOAD_KINDS:
        folder = root / "uploads" / kind
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(".*"):
            unfinished.unlink()
    return root / "uploads"


def continued(options: Options, store: Store, live_files: LiveFiles, say: Say) -> Tournament:
    """Return the tournament as it was left, or a new one."""
    time = MovableClock(timedelta(seconds=float(store.setting("ahead", 0.0))))
    late = {n: timedelta(seconds=s) for n, s in store.rows("SELECT round, seconds FROM late")}
    early = msgspec.convert(store.setting("early", []), list[Early])
    jumps = kept_jumps(store, time)
    # As the calendar counts in which nothing came early:
    now = jumps.calendar_time(time.now()) + sum((one.by for one in early), timedelta())
    usual = LateSchedule(pace.keep_schedule(store, options.pace, now, options.seed), late)
    schedule = JumpingSchedule(EarlySchedule(usual, early), jumps)
    first = store.setting("first", schedule.newest(time.now()))
    store.keep("first", first)
    return Tournament(
        clock=time,
        schedule=schedule,
        market=live_files.market,
        account=keep_account(options, store),
        live_files=live_files,
        say=say,
        first=first,
        scores_rounds=not options.sealed,
        store=store,
        late=late,
        early=early,
        jumps=jumps,
        descriptions={row[0]: json.loads(row[1]) for row in store.rows("SELECT id, said FROM models")},
    )


def kept_jumps(store: Store, time: MovableClock) -> Jumps:
    """Return the jumps of the calendar. That of a tournament that was brought here stood still since its export."""
    jumps = Jumps.of(msgspec.convert(store.setting("jumps", []), list[Jump]))
    resumes = store.setting("resumes_at")
    if resumes is not None:
        since, now = times.parse(resumes), time.now()
        if now > since:
            jumps.add(
                Jump(jumps.calendar_time(since), -timedelta(seconds=ceil((now - since).total_seconds())))
            )
            store.keep("jumps", msgspec.to_builtins(jumps.made))
        else:  # exported on a machine whose clock is ahead of this one's
            time.move(since - now)
            store.keep("ahead", time.ahead.total_seconds())
        store.forget("resumes_at")
    return jumps


def keep_account(options: Options, store: Store) -> Account:
    """Return the account with its models: those of earlier starts, and those asked for now."""
    key = account.keep_key(options.root / account.KEY_FILE, options.scopes)
    known = [name for (name,) in store.rows("SELECT name FROM models ORDER BY rowid")]
    ours = account.account(options.seed, key, tuple(dict.fromkeys([*known, *options.models])))
    for model in ours.models:
        store.change("INSERT OR IGNORE INTO models (id, name) VALUES (?, ?)", (model.id, model.name))
    return ours


def kept_faults(store: Store) -> Faults:
    """Return the faults that were on."""

    def keep(active: Mapping[str, Fault]) -> None:
        store.keep("faults", [str(fault) for fault in active.values()])

    was_on = [faults.parse(text) for text in store.setting("faults", [])]
    return Faults(changed=keep, active={fault.name: fault for fault in was_on})
