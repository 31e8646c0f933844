import json

import pytest

from nab.edges.untrusted import outboxes
from nab.edges.untrusted.outboxes import SessionEnd
from nab.paths import RunPaths

GOOD = {"began": 1.5e9, "ended": 1.6e9, "exit_code": -9, "oom_kills": 1, "asked": True}


def said(tmp_path, written):
    outbox = RunPaths(tmp_path).outbox
    folder = outbox.own_path / "work-1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ended.json").write_bytes(
        written if isinstance(written, bytes) else json.dumps(written).encode()
    )
    return outboxes.ended(outbox, "work-1")


def test_the_end_of_a_session_is_what_its_box_says(tmp_path):
    assert said(tmp_path, GOOD) == SessionEnd(1.5e9, 1.6e9, -9, 1, asked=True)


@pytest.mark.parametrize(
    "odd", [{"oom_kills": None}, {"oom_kills": "many"}, {"asked": 5}, {"more": "\ud83d"}]
)
def test_a_field_that_is_not_as_expected_costs_that_field(tmp_path, odd):
    end = said(tmp_path, {**GOOD, **odd})

    assert end is not None
    assert end.exit_code == -9


@pytest.mark.parametrize(
    "written",
    [b"", b"x", b"[" * 60_000, b"[]", {}, {**GOOD, "exit_code": None}, {**GOOD, "exit_code": 10**30},
     {**GOOD, "ended": 1e300}, {**GOOD, "ended": float("nan")}, {**GOOD, "began": -1}, {**GOOD, "oom_kills": 10**18}],
)  # fmt: skip
def test_what_is_no_end_of_a_session_is_none_and_raises_nothing(tmp_path, written):
    assert said(tmp_path, written) is None


def test_a_session_that_runs_has_no_end(tmp_path):
    assert outboxes.ended(RunPaths(tmp_path).outbox, "work-1") is None
