"""What an agent's program counts itself, read from our copies of its transcripts."""

from __future__ import annotations

import re
from pathlib import Path

from nab.core.agents.adapters import Adapter
from nab.core.agents.lines import Cutter
from nab.core.agents.readers import of_transcript
from nab.core.facts import Counts
from nab.core.usage.own_counts import OwnCounts
from nab.edges.files import compressed
from nab.paths import RunPaths

PIECE = 1 << 20
OLDER = re.compile(r"\.\d+")  # the end of a copy's name when the program began its transcript anew


def own_counts(paths: RunPaths, adapter: Adapter) -> dict[str, Counts]:
    """Read our copies of a run's transcripts, subagents' and older ones included; nothing where there are none."""
    found = OwnCounts()
    for path in transcripts(paths.sessions / "home", adapter):
        reader, cutter = of_transcript(adapter.output, path.name), Cutter()
        with compressed.opened(path) as file:
            while piece := file.read(PIECE):
                for line in cutter.cut(piece):
                    for event in reader.read(line):
                        found.see(event)
    return found.models


def transcripts(home: Path, adapter: Adapter) -> list[Path]:
    """List the copies of transcripts, as they are called when they are not compressed."""
    found = set()
    for place in adapter.transcripts:
        found |= {*home.glob(place), *map(compressed.plain, home.glob(place + compressed.ENDING))}
        later = map(compressed.plain, home.glob(f"{place}.*"))
        found |= {path for path in later if OLDER.fullmatch(path.suffix)}
    return sorted(path for path in found if compressed.there(path))
