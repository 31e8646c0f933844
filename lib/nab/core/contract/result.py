"""What came of comparing an API, as it is kept, printed, and told by the doctor."""

from __future__ import annotations

import msgspec

from nab.core.contract.differences import Difference
from nab.core.health.checks import Check, CheckVerdict

NEVER = "not compared yet"


class Result(msgspec.Struct, kw_only=True):
    """One comparison."""

    api: str
    at: str
    against: str
    with_key: bool = False
    differences: list[Difference] = []
    not_compared: list[str] = []

    @property
    def summary(self) -> str:
        """Say in a few words what came of it."""
        count = len(self.differences)
        found = f"{count} difference{'s' if count > 1 else ''}" if count else "no difference"
        return found if self.with_key else f"{found} (public questions only)"


def read(content: bytes) -> Result | None:
    """Read a result of ours; None for what is none any more."""
    try:
        return msgspec.json.decode(content, type=Result)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def check(last: Result | None, api: str, *, is_live: bool) -> Check:
    """Judge the last comparison. Of the live API there should be one before anything is started."""
    verdict = CheckVerdict.WARN if is_live else CheckVerdict.OK
    if last is None:
        return Check("contract", verdict, NEVER, "make contract")
    if last.api != api:
        return Check(
            "contract", verdict, f"{NEVER}: the last time it was {last.api}, {last.at}", "make contract"
        )
    finding = f"{last.summary} between {last.api} and {last.against}, {last.at}"
    if last.differences:
        return Check("contract", CheckVerdict.WARN, finding, "make contract tells them, and what each breaks")
    return Check("contract", CheckVerdict.OK, finding)
