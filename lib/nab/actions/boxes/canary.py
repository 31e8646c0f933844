"""Calls of our own beside a session, to see what the record of calls sees. They never hold a run up, nor end one.

They are made in a box of their own on the run's network, of the agent's image and with its environment, and carry a
mark. What came of them is one fact (`canary.seen`), and an alarm where something did not.
"""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.boxes import agent_box as boxes_of_agents
from nab.actions.boxes import client_check
from nab.core.errors import NabError
from nab.core.facts import CanarySeen
from nab.core.recording.calls import canaries
from nab.core.runs.runs import Run
from nab.edges import clock
from nab.edges.docker import agent_box, boxes, engine
from nab.edges.docker.agent_box import AgentBox
from nab.edges.files import records

if TYPE_CHECKING:
    from docker import DockerClient

STATE, OF_RUN = "nab.canary.state", "nab.canary.run"  # labels: it is no box of a run, and is found apart
AFTER_SECONDS = 1.0  # the agent's program begins first
ADOPTED_SECONDS = 60.0  # many runs may be adopted at once: their care goes before
ON_RECORD_SECONDS = 30.0  # what the proxy has answered is on record by then
SOON_SECONDS = 0.5  # what has not sent anything yet needs no longer
AT_ITS_END_SECONDS = 3.0  # what is left of it when the box of the run has ended
MEMORY_GIB, PROCESSES = 1.0, 128
SECONDS = 600.0  # without a sign of life: nobody waits for it, and a busy machine may give it little
CPU_SHARES = 256  # a quarter of what the agent's box has where both want the CPUs


@dataclass
class Canary:
    """The canaries of one run, one a session, each in a thread of whoever cares for the run, one after the other.

    `is_new`: the run's box was started by this process, which has not adopted the run.
    """

    bench: Bench
    run: Run
    is_new: bool
    over: threading.Event = field(default_factory=threading.Event)
    threads: dict[str, threading.Thread] = field(default_factory=dict)
    sending: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, session: str) -> None:
        """Send one beside a session that has begun, unless that was done."""
        known = self.run.canary
        if session in self.threads or (known and known.session == session):
            return
        wait = AFTER_SECONDS if self.is_new or self.threads else ADOPTED_SECONDS
        sending = partial(self.send_soon, session, wait)
        self.threads[session] = threading.Thread(target=sending, name=f"canary {session}", daemon=True)
        self.threads[session].start()

    def send_soon(self, session: str, wait_seconds: float) -> None:
        """Send one after a while. One that outlasts its session, a short one, is not the leftover of the next."""
        self.over.wait(wait_seconds)
        with self.sending:
            send(self.bench, self.run.name, session, self.over)

    def end(self) -> None:
        """Have none left: one that is not done when the box of the run has ended is cut short."""
        if self.is_new:
            self.join(AT_ITS_END_SECONDS)
        self.over.set()
        self.join(SOON_SECONDS)
        if any(thread.is_alive() for thread in self.threads.values()):
            with suppress(NabError), engine.in_words():  # what is left of it the end of the run removes
                remove_leftovers(self.bench, self.run.name)
            self.join(AT_ITS_END_SECONDS)

    def join(self, seconds: float) -> None:
        """Wait until none is under way, at most that long."""
        deadline = clock.monotonic() + seconds
        for thread in self.threads.values():
            thread.join(max(0.0, deadline - clock.monotonic()))


def send(bench: Bench, run: str, session: str, over: threading.Event) -> None:
    """Send a canary beside a session, and write down what came of it. A thread has a log and an engine of its own."""
    own = Bench(bench.config, bench.by, recent=True)
    found = CanarySeen(session=session, mark="", cut=True) if over.is_set() else seen(own, run, session, over)
    entrant = own.runs()[run].entrant
    own.log.append(found, entrant=entrant, run=run, id=f"{run}:{session}:canary")


def seen(bench: Bench, run: str, session: str, over: threading.Event) -> CanarySeen:
    """Make the calls, and look for them in the record. Whatever goes wrong becomes a value."""
    mark, record = uuid.uuid4().hex, bench.run(run).http
    counted: dict[str, int] = {}
    try:
        with engine.in_words():
            place = records.size(record)
            remove_leftovers(bench, run)
            order = boxes_of_agents.order(bench, bench.runs()[run])
            wanted = options(order, str(bench.paths.root), run, program(bench), mark)
            answers = canaries.read(printed(bench.engine, wanted))
        if not isinstance(answers, str):
            answered = {name for name, one in answers.items() if one.answered}
            counted = on_record(record, place, mark, answered, over)
    except (NabError, OSError) as error:
        answers = error.message if isinstance(error, NabError) else str(error)
    if over.is_set():  # its box and its proxy went with those of the run
        return CanarySeen(session=session, mark=mark, cut=True)
    return canaries.seen(session, mark, answers, counted)


def on_record(record: Path, place: int, mark: str, wanted: set[str], over: threading.Event) -> dict[str, int]:
    """Count the calls with our mark that are on record after a place. What was answered is waited for."""
    deadline = clock.monotonic() + ON_RECORD_SECONDS
    while True:
        counted = canaries.recorded((line for _, line in records.lines_after(record, place)), mark)
        if wanted <= counted.keys() or clock.monotonic() > deadline or over.wait(0.5):
            return counted


def printed(client: DockerClient, wanted: dict[str, Any]) -> bytes:
    """Return what the box of a canary prints until its end; it is gone then."""
    box = boxes.create(client, wanted)
    try:
        client_check.bring_to_its_end(client, boxes.start(client, box.id), SECONDS)
        return b"".join(boxes.output(client, box.id, follow=False))
    finally:
        boxes.remove(client, box.id)


def program(bench: Bench) -> str:
    """Return the text of what runs in the box."""
    return (bench.config.images / "canary" / "canary.py").read_text(encoding="utf-8")


def options(order: AgentBox, owner: str, run: str, text: str, mark: str) -> dict[str, Any]:
    """Return an agent's box without its own folders, its GPUs and its share of the machine, that makes these calls."""
    memory = min(MEMORY_GIB, order.limits.memory_gib)
    limits = structs.replace(order.limits, memory_gib=memory, processes=PROCESSES, gpu=False)
    labels = {STATE: owner, OF_RUN: run}
    small = replace(order, name=f"nab-canary-{run}", labels=labels, limits=limits, scratch=None)
    return agent_box.options(small) | {
        "command": ["python3", "-c", text, mark],
        "mounts": [],
        "cpu_shares": CPU_SHARES,
        "working_dir": "/",
    }


def remove_leftovers(bench: Bench, run: str) -> None:
    """Remove the boxes of a run's canaries: of one that was killed halfway, or is to be cut short."""
    for left in boxes.find(bench.engine, {STATE: str(bench.paths.root), OF_RUN: run}):
        boxes.remove(bench.engine, left.id)
