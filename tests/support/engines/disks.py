"""Real file systems of fixed size for tests: a test that needs them skips with its reason where there are none."""

from pathlib import Path

import pytest

from nab.edges.host import loop_disks


def loop_or_skip(folder: Path) -> None:
    """Go on only where loop devices can be mounted."""
    if why := loop_disks.why_not(folder):
        pytest.skip(f"no loop device can be mounted here: {why}")
