"""What the box of a coding agent runs: it starts the agent's program as often as it is told to.

The order that holds now is in a file that only the host can write. What the program prints goes straight to files in
the outbox, so nothing is lost whoever is killed. It decides nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ORDER = Path(os.environ.get("NAB_ORDER_FILE", "/run/nab/order.json"))
OUTBOX = Path(os.environ.get("NAB_OUTBOX", "/run/nab-out"))
WORKSPACE = os.environ.get("NAB_WORKSPACE", "/workspace")
LOOK_SECONDS = 0.2
FIRST_LOOK_SECONDS = 0.04  # the first order comes soon, and everybody waits for it
GRACE_SECONDS = 20.0
ENDED_BY_US = 143
KILLS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")  # cgroup v2, v1


class Told(BaseException):
    """The engine told us to end."""


def main() -> int:
    """Carry out orders until one says that it is over."""
    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    while True:
        order = newest()
        match order.get("do"):
            case "end":
                return int(order["exit_code"])
            case "start" if not (OUTBOX / order["session"] / "began.json").exists():
                run(order)
            case _:
                time.sleep(LOOK_SECONDS if order else FIRST_LOOK_SECONDS)


def told(*_: object) -> None:
    raise Told


def newest() -> dict:
    """Return the order that holds now; none before the first."""
    with suppress(FileNotFoundError, ValueError):
        return json.loads(ORDER.read_text(encoding="utf-8"))
    return {}


def run(order: dict) -> None:
    """Run the agent's program to its end, or until an order or the engine ends it."""
    folder = OUTBOX / order["session"]
    folder.mkdir(parents=True, exist_ok=True)
    began, kills, asked = time.time(), killed(), False
    try:
        program = start(order, folder)
    except OSError as error:
        (folder / "stderr").write_text(f"{order['argv'][0]}: {error.strerror}\n")
        note(folder / "began.json", {"began": began})
        note(folder / "ended.json", {"began": began, "ended": time.time(), "exit_code": 127, "oom_kills": 0})
        return
    note(folder / "began.json", {"began": began, "pid": program.pid})
    end = None
    try:
        while program.poll() is None:
            time.sleep(LOOK_SECONDS)
            if newest().get("do") in {"stop", "end"}:
                asked = True
                stop(program)
    except Told as ending:
        asked, end = True, ending
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop(program)
    ended = {"began": began, "ended": time.time(), "exit_code": program.wait()}
    note(folder / "ended.json", {**ended, "oom_kills": killed() - kills, "asked": asked})
    if end is not None:
        sys.exit(ENDED_BY_US)


def start(order: dict, folder: Path) -> subprocess.Popen:
    """Start the program in a process group of its own, with nothing to read."""
    with (folder / "stdout").open("ab") as said, (folder / "stderr").open("ab") as complained:
        return subprocess.Popen(
            order["argv"],
            cwd=WORKSPACE,
            env={**os.environ, "NAB_SESSION": order["session"]},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            start_new_session=True,
        )


def stop(program: subprocess.Popen) -> None:
    """End the program and what it runs: TERM, then KILL."""
    for number, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, number)
        with suppress(subprocess.TimeoutExpired):
            program.wait(patience)
            return


def killed() -> int:
    """Return how often the kernel has killed in this box for lack of memory."""
    for file in KILLS:
        with suppress(OSError, ValueError):
            lines = dict(line.split() for line in Path(file).read_text().splitlines())
            return int(lines["oom_kill"])
    return 0


def note(file: Path, what: dict) -> None:
    """Write a file in one step."""
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(what), encoding="utf-8")
    temporary.replace(file)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Told:
        sys.exit(ENDED_BY_US)
