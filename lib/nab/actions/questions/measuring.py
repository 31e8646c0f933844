"""Measure the programs that an agent submitted by: ruff looks at them, bash reads submit.sh; nothing of them runs."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from nab.core.errors import NabError
from nab.edges import process
from nab.results.questions import quality
from nab.results.questions.points import Quality
from nab.results.questions.studied import Studied

SECONDS = 60.0
WORDS = (
    "check",
    "--isolated",
    "--ignore-noqa",
    "--no-cache",
    "--exit-zero",
    "--quiet",
    "--output-format",
    "json",
    ".",
)


def of_run(one: Studied) -> Quality | None:
    """Measure the tree of the first verified submission; None where there is none, no Python in it, or no ruff."""
    at = one.told.artifact_at
    if at is None:
        return None
    files = quality.tree(one.run, at)
    texts = list(quality.programs(files).values())
    found = violations(texts) if texts else None
    if found is None:
        return None
    return Quality(
        commit=one.told.artifact[0],
        lines=sum(len(quality.lines_of(text)) for text in texts),
        violations=found,
        simple=quality.simple(texts),
        duplicated=quality.duplicated(texts),
        hygiene=quality.hygiene(files, submits=reads(files)),
    )


def violations(texts: list[str]) -> int | None:
    """Count what ruff's own default rules say of programs; None without ruff, or where it says nothing."""
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.is_file():
        return None
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):  # under names of ours
            (Path(folder) / f"program_{number}.py").write_text(text, encoding="utf-8", errors="replace")
        try:
            told = process.run(str(ruff), *WORDS, cwd=Path(folder), timeout=SECONDS, check=False).stdout
            return len(msgspec.json.decode(told, type=list[dict[str, object]]))
        except (NabError, msgspec.MsgspecError):
            return None


def reads(files: Mapping[str, str]) -> bool:
    """Say whether bash can read submit.sh."""
    if "submit.sh" not in files:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".sh", encoding="utf-8", errors="replace") as script:
        script.write(files["submit.sh"])
        script.flush()
        try:
            return process.run("bash", "-n", script.name, timeout=SECONDS, check=False).exit_code == 0
        except NabError:
            return False
