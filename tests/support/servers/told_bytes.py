"""A Numerai of which every answer is bytes of the test's own; what it is asked is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from nab.core.windows.retries import Patience
from nab.edges.numerai.api import Numerai

Told = Callable[[str, dict[str, Any]], bytes]


class NumeraiOfBytes(Numerai):
    """Numerai as the harness asks it; `told` answers in its place."""

    def __init__(self, told: Told) -> None:
        super().__init__("http://127.0.0.1:1", None, Patience(tries=1))
        self.told = told
        self.questions: list[tuple[str, dict[str, Any]]] = []

    def once(self, query: str, variables: dict[str, Any]) -> bytes:
        self.questions.append((query, variables))
        return self.told(query, variables)


def answer(**data: Any) -> bytes:
    """Return an answer that holds this."""
    return msgspec.json.encode({"data": data})


def refusal(message: str) -> bytes:
    """Return an answer with an error of Numerai's."""
    return msgspec.json.encode({"data": None, "errors": [{"message": message}]})
