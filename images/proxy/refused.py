"""Why a call is not sent on: a rule's name and one sentence."""

from __future__ import annotations


class Refused(Exception):
    """Raised by whatever reads a call before it is sent on."""

    def __init__(self, rule: str, why: str, status: int = 403, wait: int = 0) -> None:
        super().__init__(why)
        self.rule, self.why, self.status, self.wait = rule, why, status, wait
