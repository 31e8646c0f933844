"""What agents are asked. The objective is one sentence, written once."""

from __future__ import annotations

import hashlib
from importlib import resources


def objective(metric: str, model: str) -> str:
    """Return the one sentence that every agent at every level gets."""
    sentence = resources.files(__name__).joinpath("objective.md").read_text(encoding="utf-8")
    return sentence.strip().format(metric=metric.upper(), model=model)


def fingerprint(text: str) -> str:
    """Return the sha256 (64 hex digits) of a prompt: a change of wording is a break in every series."""
    return hashlib.sha256(text.encode()).hexdigest()
