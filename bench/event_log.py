"""Measure the event log against a bare write and fdatasync of the same bytes, in the same run."""

import json
import os
import time
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from nab.core.facts import Poll
from nab.core.log.chain import check_chain
from nab.core.log.events import FIRST, Draft, Stamp, encode, link, seal
from nab.edges import clock
from nab.edges.log.event_log import EventLog

FACT = Poll(ok=True, listed=3, error="x" * 60)
BY = "bench 1"


def lines(count: int) -> list[bytes]:
    stamp = Stamp(clock.now(), clock.boot_id(), clock.monotonic(), BY)
    head, made = FIRST, []
    for number in range(count):
        event = seal(Draft(fact=FACT, id=f"{number:032x}", entrant="codex-l4", round=1269), head, stamp)
        made.append(encode(event))
        head = link(event, made[-1])
    return made


def append(folder: Path, count: int) -> None:
    log = EventLog(folder, BY)
    for _ in range(count):
        log.append(FACT, entrant="codex-l4", round=1269)


def write_bare(folder: Path, count: int) -> None:
    file = os.open(folder / "bare", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for line in lines(count):
        os.write(file, line)
        os.fdatasync(file)
    os.close(file)


def seconds(work, folder: Path, count: int, writers: int) -> float:
    children = [Process(target=work, args=(folder, count // writers)) for _ in range(writers)]
    began = time.perf_counter()
    for child in children:
        child.start()
    for child in children:
        child.join()
    return time.perf_counter() - began


def measure_reading(count: int) -> None:
    made = lines(count)
    began = time.perf_counter()
    assert not check_chain([("bench", made)]).faults
    checked = time.perf_counter()
    for line in made:
        json.loads(line)
    parsed = time.perf_counter()
    ratio = (checked - began) / (parsed - checked)
    click.echo(f"read and verify {count:,} events: {checked - began:.2f} s, {ratio:.2f} x json.loads alone")


@click.command(help=__doc__)
@click.option("--events", default=4000, show_default=True, help="How many each writer count appends in all.")
@click.option("--read", default=200_000, show_default=True, help="How many are read back.")
def main(events: int, read: int) -> None:
    for writers in (1, 4):
        with TemporaryDirectory(prefix="nab-bench-", dir=".") as scratch:
            folder = Path(scratch)
            bare = seconds(write_bare, folder, events, writers)
            ours = seconds(append, folder / "log", events, writers)
        rates = f"{events / ours:,.0f} events/s, bare {events / bare:,.0f} writes/s"
        click.echo(f"append, {writers} writer(s): {bare / ours:.2f} of bare ({rates})")
    measure_reading(read)


if __name__ == "__main__":
    main()
