"""A light door that can tell imports nothing else: what it loads is what it costs."""

import os
import re
import subprocess
import sys

import pytest

from nab.actions.log import derived
from support.engines.quiet_engine import quiet_engine
from support.repository.benches import REPOSITORY, bench_on

LOADED = re.compile(r"^import time:.*\| +([\w.]+)$", re.MULTILINE)
OURS = {
    "nab",
    "nab.core",
    "nab.core.text",
    "nab.doors",
    "nab.doors.light",
    "nab.doors.log_end",
    "nab.doors.machine",
}
OF_ITS_OWN = {
    "status": {
        "nab.doors.status",
        *("nab.core.overview", "nab.core.overview.glance", "nab.core.text.tables", "nab.core.text.terminal"),
        *("nab.core.upkeep", "nab.core.upkeep.sync", "nab.core.upkeep.sync.lag_words"),
        *("nab.core.text.times", "nab.core.text.durations"),
    },
    "lock": {"nab.doors.lock", "nab.core.text.slots"},
    "next_turn": {"nab.doors.next_turn", "nab.core.text.slots"},
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = bench_on(tmp_path_factory.mktemp("bench"))
    derived.publish(bench)
    return bench


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_a_light_door_imports_nothing_but_the_standard_library_and_little_of_ours(bench, tmp_path, name):
    words = ("-X", "importtime", REPOSITORY / f"scripts/{name}.py", "--state", bench.paths.root)
    with quiet_engine(tmp_path) as address:
        ended = subprocess.run(
            [sys.executable, *words, "--config", bench.config.file],
            env={**os.environ, "DOCKER_HOST": address},
            capture_output=True,
            text=True,
            check=True,
        )
    loaded = set(LOADED.findall(ended.stderr))

    assert {one for one in loaded if one.split(".")[0] == "nab"} <= OURS | OF_ITS_OWN[name]
    assert "nab.doors.light" in loaded
    strangers = {one.split(".")[0] for one in loaded} - set(sys.stdlib_module_names) - {"nab"}
    assert {one for one in strangers if not re.search(r"hack|sitecustomize|_virtualenv|pth", one)} == set()
    assert ended.stdout
