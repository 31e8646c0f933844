"""How long something took, in words of one width."""

from __future__ import annotations


def text(seconds: float) -> str:
    """Write a duration: 42 s, 12 min, 3.4 h, 12 d 4 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 100 * 3600:
        return f"{seconds / 3600:.1f} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h"
