"""Plant a mistake in a copy of the code, run the tests on it, and see whether they notice."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges import clock, process

# What decides on windows and outcomes is pure, so these need no engine and no server.
TESTS = (
    "windows/test_duties",
    "outcomes/test_outcomes",
    "outcomes/test_causes",
    "outcomes/test_corrections",
    "outcomes/test_listings",
    "outcomes/test_polling",
    "windows/test_attempts",
    "scores/test_scores",
    "outcomes/test_clock_skew",
    "health/test_alarms",
    "runs/test_runs",
    "overview/test_overview",
    "overview/test_compaction",
    "outcomes/test_outcomes_in_a_lying_world",
    "upkeep/sync/test_pieces",
)
COPIED = (
    "lib",
    "tests/conftest.py",
    "tests/support",
    "tests/unit/core",
    "docs/decisions.md",
    "docs/operations.md",
    "nab.toml",
    "pyproject.toml",
)
FIRST_FAILURE = re.compile(r"^FAILED (\S+)", re.MULTILINE)
SECONDS = 120.0


@dataclass(frozen=True)
class Mutant:
    """A mistake: in a file below lib/nab/core, some text and what stands in its place."""

    name: str
    file: str
    text: str
    instead: str


@dataclass(frozen=True)
class MutantVerdict:
    """What became of a mutant: the test that noticed it first, empty where none did."""

    mutant: Mutant
    killed_by: str
    seconds: float


def plant(root: Path, mutant: Mutant) -> None:
    """Put the mistake into a copy. Raises NabError when the text is not there exactly once: the code has moved on."""
    path = root / "lib" / "nab" / "core" / mutant.file
    written = path.read_text(encoding="utf-8")
    if written.count(mutant.text) != 1:
        raise NabError(
            f"mutant {mutant.name!r}: its text is {written.count(mutant.text)} times in {mutant.file}",
            hint="bring lib/nab/chaos/mutant_list.py up to date",
            exit_code=FAILED,
        )
    path.write_text(written.replace(mutant.text, mutant.instead), encoding="utf-8")


@contextmanager
def copy_of(repository: Path) -> Iterator[Path]:
    """Copy what the tests need, for as long as a block lasts."""
    with tempfile.TemporaryDirectory(prefix="nab-mutant") as folder:
        root = Path(folder)
        for name in COPIED:
            source, target = repository / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        yield root


def first_failure(root: Path) -> str:
    """Run the tests of a copy up to the first that fails. Returns its name; empty where all pass."""
    tests = [f"tests/unit/core/{name}.py" for name in TESTS]
    words = (sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests)
    environment = {"NAB_MUTANT": "1", "PYTHONPATH": str(root / "lib")}
    try:
        done = process.run(*words, check=False, cwd=root, env=environment, timeout=SECONDS)
    except NabError:
        return f"it did not end within {SECONDS:.0f} s"
    if done.exit_code == 0:
        return ""
    failed = FIRST_FAILURE.search(done.stdout)
    return failed[1].rpartition("/")[2] if failed else f"pytest ended with exit code {done.exit_code}"


def try_out(repository: Path, mutant: Mutant | None) -> tuple[str, float]:
    """Try one mutant, or the code as it is. Returns the test that failed first, and how long that took."""
    began = clock.monotonic()
    with copy_of(repository) as root:
        if mutant is not None:
            plant(root, mutant)
        return first_failure(root), clock.monotonic() - began


def campaign(repository: Path, mutants: tuple[Mutant, ...]) -> Iterator[MutantVerdict]:
    """Try every mutant. Raises NabError when the tests fail without one: then they would tell nothing."""
    failed, _ = try_out(repository, None)
    if failed:
        raise NabError(f"the tests fail without a mutant: {failed}", hint="make check", exit_code=FAILED)
    for mutant in mutants:
        yield MutantVerdict(mutant, *try_out(repository, mutant))
