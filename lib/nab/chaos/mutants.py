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

# What decides on windows, outcomes and the log, and reads what others wrote, is pure: no engine, no server.
TESTS = (
    "agents/test_providers",
    "windows/test_duties",
    "outcomes/test_outcomes",
    "outcomes/test_causes",
    "outcomes/test_corrections",
    "outcomes/test_listings",
    "outcomes/test_polling",
    "windows/test_attempts",
    "scores/test_scores",
    "scores/test_news",
    "outcomes/test_clock_skew",
    "health/test_alarms",
    "runs/test_runs",
    "runs/test_models",
    "runs/ending/test_responsibility",
    "runs/ending/test_run_end",
    "text/test_terminal",
    "overview/test_overview",
    "upkeep/test_disks",
    "overview/test_compaction",
    "log/test_heads",
    "log/test_endings",
    "recording/processes/test_leftovers",
    "outcomes/test_outcomes_in_a_lying_world",
    "test_foreign",
    "text/test_times",
    "text/test_names",
    "agents/test_claude",
    "agents/test_codex",
    "runs/ending/test_answers",
    "runs/ending/test_limit_resets",
    "windows/test_first_lines",
    "upkeep/sync/test_pieces",
    "upkeep/sync/test_selection",
    "recording/test_sketches",
    "claims/test_families",
)
# What lets calls of an agent out: its tests need no engine either.
PROXY_TESTS = (
    "passage/test_checks",
    "passage/test_faults",
    "record/test_call_log",
    "network/test_digits",
    "network/test_blocked_addresses",
    "addons/test_gate",
    "keys/test_disguises",
    "keys/test_inflation",
    "keys/test_openings",
    "queries/test_strict_json",
    "numerai/test_numerai_call",
    "kept/test_pages",
    "kept/test_tee",
    "kept/test_spool",
    "record/test_kept_files",
)
CORE, PROXY = "lib/nab/core", "images/proxy"
COPIED = (
    "lib",
    "images/agents",
    "images/providers",
    "images/proxy",
    "tests/conftest.py",
    "tests/support",
    "tests/unit/core",
    "tests/unit/images/proxy",
    "docs/decisions.md",
    "docs/operations.md",
    "nab.toml",
    "pyproject.toml",
)
FIRST_FAILURE = re.compile(r"^FAILED (\S+)", re.MULTILINE)
SECONDS = 120.0


@dataclass(frozen=True)
class Mutant:
    """A mistake: in a file below a folder, some text and what stands in its place."""

    name: str
    file: str
    text: str
    instead: str
    folder: str = CORE


@dataclass(frozen=True)
class MutantVerdict:
    """What became of a mutant: the test that noticed it first, empty where none did."""

    mutant: Mutant
    killed_by: str
    seconds: float


def plant(root: Path, mutant: Mutant) -> None:
    """Put the mistake into a copy. Raises NabError when the text is not there exactly once: the code has moved on."""
    path = root / mutant.folder / mutant.file
    written = path.read_text(encoding="utf-8")
    if written.count(mutant.text) != 1:
        raise NabError(
            f"mutant {mutant.name!r}: its text is {written.count(mutant.text)} times in {mutant.file}",
            hint="bring the list in lib/nab/chaos up to date",
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


def tests_of(folder: str) -> list[str]:
    """Return the files of the tests that have to notice a mistake in a folder."""
    if folder == PROXY:
        return [f"tests/unit/images/proxy/{name}.py" for name in PROXY_TESTS]
    return [f"tests/unit/core/{name}.py" for name in TESTS]


def first_failure(root: Path, tests: list[str]) -> str:
    """Run tests of a copy up to the first that fails. Returns its name; empty where all pass."""
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
    tests = tests_of(mutant.folder) if mutant else [*tests_of(CORE), *tests_of(PROXY)]
    with copy_of(repository) as root:
        if mutant is not None:
            plant(root, mutant)
        return first_failure(root, tests), clock.monotonic() - began


def campaign(repository: Path, mutants: tuple[Mutant, ...]) -> Iterator[MutantVerdict]:
    """Try every mutant. Raises NabError when the tests fail without one: then they would tell nothing."""
    failed, _ = try_out(repository, None)
    if failed:
        raise NabError(f"the tests fail without a mutant: {failed}", hint="make check", exit_code=FAILED)
    for mutant in mutants:
        yield MutantVerdict(mutant, *try_out(repository, mutant))
