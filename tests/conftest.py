"""What holds for every test: when it runs, whether it needs an engine, how Hypothesis looks for examples."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, settings

# No test measures time: a loaded machine must not make one fail. In CI the same code gives the same verdict twice.
settings.register_profile(
    "nab",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("nab")

NICENESS = os.getpriority(os.PRIO_PROCESS, 0)  # with which this worker began

WHEN = ("quick", "full", "soak", "agents", "machine")
# Folders of tests/integration whose tests need no engine, or say themselves which of them do.
WITHOUT_ENGINE = ("log", "site", "tournament", "upkeep/sync", "windows/quiet")


def when(folder: PurePosixPath) -> str:
    """Return when the tests of a folder below tests/ run, unless one of them is marked otherwise."""
    if folder.parts[:1] != ("integration",):
        return "quick"
    if folder.parts[1:2] in {("agents",), ("operations",)}:
        return {"agents": "agents", "operations": "machine"}[folder.parts[1]]
    return "soak" if "soak" in folder.parts else "full"


def needs_engine(folder: PurePosixPath) -> bool:
    if folder.parts[:1] != ("integration",):
        return False
    below = PurePosixPath(*folder.parts[1:])
    return not any(below.is_relative_to(name) for name in WITHOUT_ENGINE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark every test by its folder, so that each has exactly one of WHEN."""
    here = Path(__file__).parent
    for item in items:
        folder = PurePosixPath(item.path.parent.relative_to(here).as_posix())
        by_hand = [name for name in WHEN if item.get_closest_marker(name)]
        if len(by_hand) > 1:
            raise pytest.UsageError(f"{item.nodeid} is marked {' and '.join(by_hand)}: a test runs once")
        if not by_hand:
            item.add_marker(when(folder))
        if needs_engine(folder):
            item.add_marker("docker")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown():
    """Give the tests after it their place in the queue again, where a test called what stands back for good."""
    if os.getpriority(os.PRIO_PROCESS, 0) != NICENESS:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
