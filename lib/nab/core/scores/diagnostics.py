"""What an agent had diagnosed, in the order of time, and which submission followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nab.core.facts import DiagnosticsSeen, SubmissionSeen, tag
from nab.core.log.events import Event
from nab.core.outcomes.evidence import LISTED

DIAGNOSED = tag(DiagnosticsSeen)
SAME_FILE, NEXT = "the same file", "the next one"


@dataclass(frozen=True)
class DiagnosedFile:
    """One file that was diagnosed, and the submission it may have become: the same file, or the next one after it."""

    entrant: str
    seen: DiagnosticsSeen
    became: str = ""
    how: str = ""


def candidates(events: Iterable[Event], hashes: dict[str, str] | None = None) -> list[DiagnosedFile]:
    """Fold them. `hashes` are those of submissions' files as the proxy saw them, by Numerai's name of the file.

    A validation file and the live file of the same model are two files, so most are tied by time alone: the first
    submission after a diagnosis and before the next one. That is where a trial may have led, not where it did.
    """
    diagnosed: dict[tuple[str, str], DiagnosticsSeen] = {}
    submitted: dict[str, dict[str, SubmissionSeen]] = {}
    for event in events:
        if event.entrant is None or event.kind not in {DIAGNOSED, LISTED}:
            continue
        match event.fact:
            case DiagnosticsSeen() as seen:
                diagnosed[event.entrant, seen.diagnostics] = seen
            case SubmissionSeen() as listed:
                submitted.setdefault(event.entrant, {})[listed.submission] = listed
            case _:
                pass
    order = sorted(diagnosed.items(), key=lambda one: (one[0][0], one[1].inserted_at))
    return [
        tied(entrant, seen, until(entrant, place, order), submitted.get(entrant, {}), hashes or {})
        for place, ((entrant, _), seen) in enumerate(order)
    ]


def until(entrant: str, place: int, order: list[tuple[tuple[str, str], DiagnosticsSeen]]) -> str:
    """Return when the entrant's next file was put in; the end of time where there is none."""
    following = [seen.inserted_at for (who, _), seen in order[place + 1 : place + 2] if who == entrant]
    return following[0] if following else "9"


def tied(
    entrant: str, seen: DiagnosticsSeen, until: str, listed: dict[str, SubmissionSeen], hashes: dict[str, str]
) -> DiagnosedFile:
    """Find the submission that a file became."""
    in_order = sorted(listed.values(), key=lambda one: one.inserted_at)
    for one in in_order:
        if seen.sha256 and hashes.get(one.filename) == seen.sha256:
            return DiagnosedFile(entrant, seen, one.submission, SAME_FILE)
    after = [one for one in in_order if seen.inserted_at <= one.inserted_at < until]
    return DiagnosedFile(entrant, seen, after[0].submission, NEXT) if after else DiagnosedFile(entrant, seen)
