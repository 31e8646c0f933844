"""What holds for every test: how Hypothesis looks for examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No test measures time: a loaded machine must not make one fail. In CI the same code gives the same verdict twice.
settings.register_profile(
    "nab",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("nab")
