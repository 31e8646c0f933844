"""What can go wrong at Numerai, to be switched on here: each of these has been seen or reported there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock

from nab.core.errors import NabError

Value = float | str


@dataclass(frozen=True)
class Kind:
    """A fault that can be switched on, with what it can be told and the usual values."""

    what: str
    usual: Mapping[str, Value] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "late-open": Kind("the next rounds open late", {"seconds": 20.0, "rounds": 1.0}),
    "gap-error": Kind("no current round between the on-time close and the next open"),
    "too-many-requests": Kind(
        "429 once an address has used its budget", {"budget": 0.0, "operation": "", "times": 0.0}
    ),
    "gateway-timeout": Kind(
        "504 although the work was done", {"operation": "createSubmission", "times": 1.0}
    ),
    "storage-refuses": Kind("403 for a file that is put", {"times": 0.0}),
    "truncated-download": Kind("the connection ends within a file", {"share": 0.5, "times": 1.0}),
    "unresumable-download": Kind("the whole file for a request of its rest", {"times": 0.0}),
    "queued-flips-late": Kind("a queued upload is on time only a while after the open", {"seconds": 20.0}),
    "listed-late": Kind("a submission is not listed at first", {"seconds": 20.0}),
    "out-of-order": Kind("submissions are listed in no order"),
    "stale-answers": Kind("answers are those of a while ago", {"seconds": 20.0, "operation": ""}),
    "empty-answers": Kind("nothing is listed", {"operation": "submissions"}),
    "foreign-score": Kind("a score names a submission that was never listed"),
    "rescored": Kind("everything is scored anew, by another version", {"version": "2", "factor": 0.9}),
    "stuck-diagnostics": Kind("diagnostics run and never end"),
    "hanging": Kind(
        "no answer, the connection stays open", {"seconds": 3600.0, "operation": "", "times": 0.0}
    ),
    "html": Kind("an HTML page with status 200", {"operation": "", "times": 0.0}),
}


@dataclass(frozen=True)
class Fault:
    """A fault that is switched on. `times` 0 is until it is cleared."""

    name: str
    told: Mapping[str, Value]

    def number(self, key: str) -> float:
        """Return a value that is a number."""
        return float(self.told[key])

    def hits(self, operations: Iterable[str]) -> bool:
        """Say whether a request of these operations is meant."""
        meant = self.told.get("operation", "")
        return meant == "" or str(meant) in operations

    def __str__(self) -> str:
        told = ",".join(
            f"{k}={v:g}" if isinstance(v, float) else f"{k}={v}" for k, v in self.told.items() if v != ""
        )
        return f"{self.name}:{told}" if told else self.name


def parse(text: str) -> Fault:
    """Read `NAME[:key=value,...]`. Raises NabError that names the choices."""
    name, _, told = text.partition(":")
    if name not in KINDS:
        raise NabError(f"no fault is called {name}", hint=f"choose from {', '.join(KINDS)}")
    values = dict(KINDS[name].usual)
    for pair in filter(None, told.split(",")):
        key, _, value = pair.partition("=")
        if key not in values:
            raise NabError(f"{name} knows no {key}", hint=f"it knows {', '.join(values) or 'nothing'}")
        values[key] = value if isinstance(values[key], str) else positive(pair, value)
    return Fault(name, values)


def positive(pair: str, value: str) -> float:
    """Read a number that is not negative."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise NabError(f"{pair}: a number is needed, 0 or more", hint="for example seconds=20")
    return number


@dataclass
class Faults:
    """The faults that are switched on. `changed` hears of every change."""

    changed: Callable[[Mapping[str, Fault]], None] = lambda _: None
    active: dict[str, Fault] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def add(self, fault: Fault) -> None:
        """Switch a fault on, anew if it was on."""
        with self.lock:
            self.active[fault.name] = fault
            self.struck.pop(fault.name, None)
            self.spent.clear()
            self.changed(self.active)

    def clear(self, name: str | None = None) -> list[str]:
        """Switch a fault off, or all, which also begins the count of what has happened anew; return what was on."""
        with self.lock:
            cleared = [known for known in self.active if name in (None, known)]
            for known in cleared:
                del self.active[known]
            if name is None:
                self.struck.clear()
            self.changed(self.active)
            return cleared

    def find(self, name: str, operations: Iterable[str] = ()) -> Fault | None:
        """Return a fault that is on and meant for these operations."""
        fault = self.active.get(name)
        return fault if fault is not None and fault.hits(operations) else None

    def strike(self, name: str, operations: Iterable[str] = ()) -> Fault | None:
        """Return a fault that happens now. The last of its times switches it off."""
        with self.lock:
            fault = self.find(name, operations)
            if fault is None:
                return None
            self.struck[name] = self.struck.get(name, 0) + 1
            if self.struck[name] == fault.number("times"):
                self.clear(name)
            return fault

    def over_budget(self, address: str, operations: Iterable[str]) -> bool:
        """Count a request of an address against the budget of too-many-requests."""
        with self.lock:
            fault = self.find("too-many-requests", operations)
            if fault is None:
                return False
            self.spent[address] = self.spent.get(address, 0) + 1
            if self.spent[address] <= fault.number("budget"):
                return False
            return self.strike("too-many-requests", operations) is not None
