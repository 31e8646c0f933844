"""The proxy's program with a mistake in it: a copy of images/proxy that is mounted over the image's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from support.repository.benches import REPOSITORY

PLACE = "/opt/nab"


def planted(root: Path, file: str, text: str, instead: str) -> dict[str, Any]:
    """Return what a proxy's container is changed by to have the mistake. The text is in the file exactly once."""
    copy = root / "program"
    shutil.copytree(REPOSITORY / "images" / "proxy", copy, ignore=shutil.ignore_patterns("__pycache__"))
    written = (copy / file).read_text(encoding="utf-8")
    assert written.count(text) == 1, f"{text!r} is {written.count(text)} times in {file}"
    (copy / file).write_text(written.replace(text, instead), encoding="utf-8")
    for one in (copy, *copy.rglob("*")):
        one.chmod(0o755 if one.is_dir() else 0o644)
    return {"volumes": {str(copy): {"bind": PLACE, "mode": "ro"}}}
