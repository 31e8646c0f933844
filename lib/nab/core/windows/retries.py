"""How long a program waits for Numerai, and how often it asks. The one owner of timeouts and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

TOO_MANY = 429
WORTH_ANOTHER_TRY = {TOO_MANY, 500, 502, 503, 504}


@dataclass(frozen=True)
class Patience:
    """Seconds to connect, between two bytes, and for all questions of one program together; tries per question."""

    connect: float = 10.0
    read: float = 60.0
    budget: float = 120.0
    tries: int = 2
    pause: float = 1.0

    def timeouts(self, left: float) -> tuple[float, float]:
        """Return the timeouts of a question for which so much of the budget is left."""
        return min(self.connect, left), min(self.read, left)

    def wait(self, status: int | None, asked_to_wait: float | None, tries: int, left: float) -> float | None:
        """Return after how many seconds to try again; None when that is not worth it.

        `status` is None when there was no answer at all. What Numerai asks us to wait is waited, if there is time.
        """
        if tries >= self.tries or not (status is None or status in WORTH_ANOTHER_TRY):
            return None
        seconds = max(self.pause, asked_to_wait or 0.0)
        return seconds if seconds < left / 2 else None


def retry_after(written: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or a date. None where it says nothing that can be read."""
    if not written:
        return None
    try:
        return max(0.0, float(written))
    except ValueError:
        pass
    try:
        return max(timedelta(), parsedate_to_datetime(written) - now).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
