"""What an agent's program counts itself, read from our copies of its transcripts."""

from __future__ import annotations

import re
from pathlib import Path

from nab.core.facts import Counts
from nab.core.sessions.adapters import Adapter
from nab.core.sessions.lines import Cutter
from nab.core.sessions.own_counts import OwnCounts
from nab.core.sessions.readers import of_transcript
from nab.paths import RunPaths

PIECE = 1 << 20
OLDER = re.compile(r"\.\d+")  # the end of a copy's name when the program began its transcript anew


def own_counts(paths: RunPaths, adapter: Adapter) -> dict[str, Counts]:
    """Read our copies of a run's transcripts, subagents' and older ones included; nothing where there are none."""
    found = OwnCounts()
    for path in transcripts(paths.sessions / "home", adapter):
        reader, cutter = of_transcript(adapter.output, path.name), Cutter()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                for line in cutter.cut(piece):
                    for event in reader.read(line):
                        found.see(event)
    return found.models


def transcripts(home: Path, adapter: Adapter) -> list[Path]:
    """List the copies of transcripts."""
    newest = {path for place in adapter.transcripts for path in home.glob(place)}
    older = {
        path
        for place in adapter.transcripts
        for path in home.glob(f"{place}.*")
        if OLDER.fullmatch(path.suffix)
    }
    return sorted(path for path in newest | older if path.is_file())
