"""Numbers with their noun."""

from __future__ import annotations


def number_of(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun: 1 run, 2 runs, 1,200 entries."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
