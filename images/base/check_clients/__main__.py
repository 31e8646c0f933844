"""Do the clients of this box trust the proxy? Prints one JSON object.

Each makes one small call to a host that the proxy answers itself, once with the box's proxy variables and
once without any: a client that is deaf to them finds the proxy by name.
"""

import contextlib
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clients import SECONDS, Client, interpreters, libraries, programs

AT_ONCE, KEPT = 6, 200
TENTHS = 10


def run(argv: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
    """Run a program to its end or to the end of our patience, with all that it started."""
    started = subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    before = -1
    while (spent := int(TENTHS * cpu_seconds(started.pid))) > before:  # slow is not stuck
        before = spent
        with contextlib.suppress(subprocess.TimeoutExpired):
            said = started.communicate(timeout=SECONDS)[0]
            return started.returncode, said
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    return 124, f"no end, and nothing done for {SECONDS} s"


def cpu_seconds(session: int) -> float:
    """Return what the processes of a session have computed."""
    ticks = 0
    for stat in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(stat).read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def tried(client: Client, environment: dict[str, str], scratch: str) -> str | None:
    """Let a client make its call. Returns None when it went well, else the last thing that it said."""
    code, said = run(placed(client.argv, scratch), environment)
    return None if code == 0 and client.says in said else last_word(code, said)


def last_word(code: int, said: str) -> str:
    return (said.strip().splitlines() or [f"exit {code}"])[-1][:KEPT]


def placed(argv: tuple[str, ...], scratch: str) -> tuple[str, ...]:
    return tuple(word.replace("{scratch}", scratch) for word in argv)


def outcome(client: Client, environments: tuple[dict[str, str], dict[str, str]]) -> dict[str, object]:
    """Try one client both ways."""
    began = time.monotonic()
    kept = (
        ({"HOME": os.environ.get("HOME", "/"), "PATH": os.environ["PATH"]},) * 2
        if client.bare
        else environments
    )
    with tempfile.TemporaryDirectory() as scratch:
        code, said = run(placed(client.before, scratch), environments[0]) if client.before else (0, "")
        lacking = f"before it: {last_word(code, said)}" if code else None
        answers = [lacking or tried(client, environment, scratch) for environment in kept]
    version = run(client.version or (client.name.split()[0], "--version"), environments[0])[1]
    return {
        "client": client.name,
        "version": (version.strip().splitlines() or [""])[0][:60],
        "with_proxy": answers[0],
        "without_proxy": answers[1],
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    began = time.monotonic()
    deaf = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    clients = [*programs(), *(client for python in interpreters() for client in libraries(python))]
    clients.sort(key=lambda client: "environment" not in client.name)  # the slowest first
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda client: outcome(client, (dict(os.environ), deaf)), clients))
    found.sort(key=lambda one: str(one["client"]))
    json.dump({"schema": 1, "seconds": round(time.monotonic() - began, 1), "clients": found}, sys.stdout)


if __name__ == "__main__":
    main()
