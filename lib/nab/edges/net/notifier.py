"""Tell a person, by whatever service Apprise knows: e-mail, ntfy, Telegram, Slack, a webhook and a hundred more."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

import nab
from nab.config import Config
from nab.core.errors import FAILED, NabError
from nab.core.health import alarm_ways
from nab.core.health.alarm_ways import AlarmSettings, Way
from nab.core.text import terminal
from nab.edges import process
from nab.edges.net.apprise_program import Answer, Order
from nab.edges.secrets.keys import file_of, private_bytes

FILE = "alarms"
SECONDS = 30.0  # for all services, which are told at once
STARTING_SECONDS = 45.0  # the program may take beside that; nab-deadman.service has two minutes for all
HINT = '{"urls": ["ntfy://ntfy.sh/my-topic", "mailtos://..."]}; docs/alarms.md'


@dataclass(frozen=True)
class Told:
    """Which ways took it, and what became of those that did not: names and reasons, nothing of an address."""

    took: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it in a line; empty where there is no way at all."""
        told = f"told by {', '.join(self.took)}" if self.took else ""
        return told + (f"; not by {', '.join(self.failed)}" if self.failed else "")


def settings(config: Config) -> AlarmSettings:
    """Read how a person is to be told; where no file says it, by nothing but what we print. Raises NabError."""
    file = file_of(config, FILE)
    try:
        found = msgspec.json.decode(private_bytes(file), type=AlarmSettings)
        alarm_ways.ways(found)
    except FileNotFoundError:
        return AlarmSettings()
    except (msgspec.MsgspecError, ValueError) as error:
        raise NabError(f"{file} cannot be used: {error}", hint=HINT) from None
    return found


def tell(ways: Sequence[Way], subject: str, text: str, seconds: float = SECONDS) -> Told:
    """Tell it in every way. Raises NabError when there is one and none took it."""
    if not ways:
        return Told()
    addresses = tuple(way.addresses for way in ways)
    order = Order(terminal.one_line(subject), terminal.safe(text), addresses, seconds)
    words = (sys.executable, "-m", "nab.edges.net.apprise_program")
    library = str(Path(nab.__file__).parent.parent)
    ended = process.run_told(
        *words,
        told=msgspec.json.encode(order),
        seconds=seconds + STARTING_SECONDS,
        env={"PYTHONPATH": library},
    )
    told = judged(ways, answers(ended.stdout), ended, seconds)
    if not told.took:
        raise NabError(
            f"nobody could be told ({', '.join(told.failed)})",
            hint="state/secrets/alarms.json or the credential nab.alarms says how; the next look tries again",
            exit_code=FAILED,
        )
    return told


def answers(printed: str) -> dict[int, str]:
    """Read what the program said of each way until it ended, or was ended."""
    whole = printed.splitlines(keepends=True)
    told = [msgspec.json.decode(line, type=Answer) for line in whole if line.endswith("\n")]
    return {one.way: one.why for one in told}


def judged(ways: Sequence[Way], why: dict[int, str], ended: process.Ended, seconds: float) -> Told:
    """Say who took it, and why the others did not."""
    late = f"no answer in {seconds:.0f} s"
    in_time = ended.exit_code in {0, process.LATE}
    silent = late if in_time else f"the program that tells ended ({ended.exit_code})"
    reasons = {way.name: why.get(place, silent) for place, way in enumerate(ways)}
    return Told(
        took=tuple(name for name, reason in reasons.items() if not reason),
        failed=tuple(f"{name}: {reason}" for name, reason in reasons.items() if reason),
    )
