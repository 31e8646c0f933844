"""A figure of a page: a value, how it is written, and the one place that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

RESOLVED, LIVE, DIAGNOSTICS, VALIDATION, TRAIN = "resolved", "live", "diagnostics", "validation", "train"
SURFACES = (TRAIN, VALIDATION, DIAGNOSTICS, LIVE, RESOLVED)
MINUS, THIN = "\u2212", "\u202f"


@dataclass(frozen=True)
class Figure:
    """A number that is shown. It has exactly one origin: a claim, an event, a setting, or a command that prints it.

    `key` names what it is, so that two pages that tell it have to tell the same.
    """

    value: float
    text: str
    claim: str = ""
    event: int = 0
    setting: str = ""
    command: str = ""
    n: int | None = None
    n_eff: float | None = None
    surface: str = ""
    key: str = ""
    mean: bool = False

    @property
    def origin(self) -> str:
        """Where it comes from, in a word."""
        if self.claim:
            return f"claim {self.claim}"
        if self.event:
            return f"event {self.event}"
        return self.setting or self.command


def signed(value: float, **more: object) -> Figure:
    """Write a difference of scores: its sign and four digits."""
    return replace(Figure(value, signed_text(value)), **more)  # type: ignore[arg-type]


def signed_text(value: float) -> str:
    """Write a number with its sign and four digits; minus is a minus."""
    return f"{value:+.4f}".replace("-", MINUS)


def decimal(value: float, **more: object) -> Figure:
    """Write a number with one digit behind the point."""
    text = f"{value:,.1f}".replace("-", MINUS)
    return replace(Figure(value, text), **more)  # type: ignore[arg-type]


def count(value: int, **more: object) -> Figure:
    """Write how many."""
    return replace(Figure(value, f"{value:,}"), **more)  # type: ignore[arg-type]


def dollars(value: float, **more: object) -> Figure:
    """Write what something cost; cents where it is little."""
    text = f"${value:,.0f}" if value >= 100 else f"${value:,.2f}"
    return replace(Figure(value, text), **more)  # type: ignore[arg-type]


def hours(seconds: float, **more: object) -> Figure:
    """Write a duration by its largest fitting unit; the value is in seconds."""
    text = f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:,.1f} min"
    return replace(Figure(seconds, text), **more)  # type: ignore[arg-type]


def share(value: float, **more: object) -> Figure:
    """Write a share from 0 to 1 as a percentage."""
    return replace(Figure(value, f"{100 * value:.0f}{THIN}%"), **more)  # type: ignore[arg-type]
