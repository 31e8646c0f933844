"""Files that a writer of ours did not live to put in their place (`nab.edges.files.files`)."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from nab.edges import clock

NAME = re.compile(r"\..+\.(?P<pid>\d+)\.(?P<boot>[0-9a-f]{8})\.tmp")


def dead(root: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """Yield what writers that are gone left below a folder; folders of these names are not looked into."""
    boot = clock.boot_id()
    for folder, inside, names in os.walk(root):  # follows no link
        inside[:] = [name for name in inside if name not in but]
        for name in names:
            ours = NAME.fullmatch(name)
            # A pid that was given out again keeps a dead file for one boot, which does no harm.
            if ours and (ours["boot"] != boot or not Path("/proc", ours["pid"]).exists()):
                yield Path(folder, name)


def sweep(found: Iterator[Path]) -> int:
    """Remove them. Returns the bytes that were won."""
    won = 0
    for path in found:
        with suppress(FileNotFoundError):
            size = path.lstat().st_size
            path.unlink()
            won += size
    return won
