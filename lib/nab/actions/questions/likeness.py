"""How alike the models behind two submissions are: by what was submitted, or because nothing was changed between."""

from __future__ import annotations

import csv
import zlib
from itertools import islice

import msgspec

from nab.core.recording import sketches
from nab.core.recording.sketches import NoSketch
from nab.edges.files import compressed
from nab.paths import RunPaths
from nab.results.behaviour import plateau
from nab.results.detectors.records import Change, Submission

MOST_ROWS = 50_000
OF_NO_MODEL = (".log", ".md", ".rst", ".out", ".csv", ".txt")  # what an artifact writes when it runs


def of_submissions(
    paths: RunPaths, submissions: tuple[Submission, ...], changes: tuple[Change, ...]
) -> tuple[Submission, ...]:
    """Tell of each submission how like it is to the one before; nothing where that cannot be told.

    Rounds have ids of their own, so two rounds' predictions cannot be compared. Where no file but logs and notes was
    changed between the two, the same artifact made both; where there is no history, nobody knows.
    """
    found: list[Submission] = []
    for one in submissions:
        before = found[-1] if found else None
        found.append(
            msgspec.structs.replace(one, likeness=of_two(paths, before, one, changes)) if before else one
        )
    return tuple(found)


def of_two(paths: RunPaths, before: Submission, one: Submission, changes: tuple[Change, ...]) -> float | None:
    """Return the likeness of two submissions."""
    if one.sha256 and one.sha256 == before.sha256:
        return 1.0
    if one.round == before.round:
        return plateau.spearman(kept(paths, before.sha256), kept(paths, one.sha256))
    touched = (each for each in changes if before.at < each.at <= one.at)
    same_script = one.script == before.script
    if changes and same_script and all(each.path.endswith(OF_NO_MODEL) for each in touched):
        return 1.0
    return None


def kept(paths: RunPaths, sha256: str) -> dict[str, float]:
    """Return the predictions of a submission that is kept whole; nothing where it is not, or is no table."""
    found: dict[str, float] = {}
    if not sha256:
        return found
    try:
        with compressed.opened(paths.predictions / sha256) as file:
            lines = iter(file)
            where = sketches.columns(next(lines, b"").rstrip(b"\n"))
            for line in islice(lines, MOST_ROWS):
                row = sketches.cells(line.rstrip(b"\n"))
                value = (
                    sketches.number(row[where.prediction])
                    if len(row) > max(where.id, where.prediction)
                    else None
                )
                if value is not None:
                    found[row[where.id].decode("utf-8", "replace")] = value
    except (OSError, EOFError, zlib.error, NoSketch, csv.Error):
        return {}
    return found
