"""How often something may be asked for."""

from __future__ import annotations

import math


class Bucket:
    """Fills with a minute's worth of tokens, and is full at the beginning."""

    def __init__(self, a_minute: int, now: float) -> None:
        self.size = self.tokens = float(a_minute)
        self.filled = now

    def take(self, now: float, count: int = 1) -> int:
        """Take tokens, or say in how many seconds they will be there. Nothing is taken in vain."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.filled) * self.size / 60)
        self.filled = max(self.filled, now)
        if self.tokens >= count:
            self.tokens -= count
            return 0
        return max(1, math.ceil((count - self.tokens) * 60 / self.size)) if self.size else 60
