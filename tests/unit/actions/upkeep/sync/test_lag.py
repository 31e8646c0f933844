from datetime import UTC, datetime, timedelta

import pytest

from nab.actions.upkeep.sync import lag
from nab.core.text import times
from nab.core.upkeep.sync.lag import Last
from nab.edges.files import files
from support.repository.benches import bench_on

RUN, OTHER = "2026-05-16T130207Z-codex-l4", "2026-05-17T130207Z-claude-l4"
NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("noted", "known"),
    [
        ({}, True),
        ({"aside": {f"runs/{OTHER}": "refused"}}, True),
        ({"aside": {f"runs/{RUN}": "refused"}}, False),
        ({"unstaged": True}, False),
        ({"error": "no network"}, False),
        ({"checked": ""}, False),
        ({"remote": "/another"}, False),
        (None, False),
    ],
    ids=[
        "all there",
        "another aside",
        "set aside",
        "unfinished",
        "failed",
        "never",
        "another remote",
        "nothing",
    ],
)
def test_what_a_run_recorded_is_in_the_mirror_where_the_last_tick_took_up_everything(tmp_path, noted, known):
    bench = bench_on(tmp_path, '[sync]\nremote = "/somewhere"\n')
    if noted is not None:
        said = {"remote": "/somewhere", "checked": times.text(NOON)} | noted
        files.replace_json(lag.file_of(bench), Last(**said))

    found = lag.taken_up(bench, RUN)

    assert (found == NOON - lag.LONGEST_TICK) is known
    assert known or found < NOON - timedelta(days=365_000)
