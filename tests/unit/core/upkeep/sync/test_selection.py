"""What of the state goes: only what is named, and nothing that belongs to an agent or to the keys."""

import re

import pytest

from nab.core.upkeep.sync import selection
from nab.core.upkeep.sync.selection import Way, at_remote, is_core, way

RUN = b"runs/2026-05-16T130207Z-codex-l3/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"events/2026-05.jsonl", Way.SEALED),
        (b"events/2026-05.2.jsonl", Way.SEALED),
        (b"overview.json", Way.WHOLE),
        (b"entrants/codex-l3.json", Way.WHOLE),
        (b"rounds/1269.json", Way.WHOLE),
        (b"site/index.html", Way.WHOLE),
        (b"results/claims/a.json", Way.WHOLE),
        (RUN + b"run.json", Way.WHOLE),
        (RUN + b"submissions/1269.log", Way.WHOLE),
        (RUN + b"calls/http.jsonl", Way.GROWN),
        (RUN + b"calls/bodies.segment-000000268435456.jsonl", Way.GROWN),
        (RUN + b"engine-events.segment-000000268435456.jsonl", Way.GROWN),
        (RUN + b"calls/bodies.jsonl", Way.GROWN),
        (RUN + b"resources.jsonl", Way.GROWN),
        (RUN + b"procs.jsonl", Way.GROWN),
        (RUN + b"sessions/work-1/stdout.jsonl", Way.GROWN),
        (RUN + b"sessions/home/.claude/projects/-workspace/a.jsonl", Way.GROWN),
    ],
)
def test_this_goes(path, expected):
    assert way(path) is expected


@pytest.mark.parametrize(
    "path",
    [
        b"secrets/anthropic.json", b"secrets/github.json", b"trust/mitmproxy-ca.pem", b"trust/ca.crt",
        b"tournament/key.json", b"tournament/v5.3/train.parquet", b"models/ledger.json", b"sync/last.json",
        b"sched.lock", b"engine.log", b"README.md", b"events/.lock", b"events/torn/2026-05.jsonl.100.abc",
        RUN + b"home/.claude/credentials.json", RUN + b"outbox/work-1/stdout", RUN + b"workspace/a.py",
        RUN + b"workspace.git/HEAD", RUN + b"control/order.json", RUN + b"locks/attend", RUN + b"calls.har",
        RUN + b"copied.json",
        RUN + b"processes.json", b"entrants/.codex-l3.json.12.0a1b2c3d.tmp", RUN + b"calls/.http.jsonl.1.0a1b2c3d.tmp",
        b"somebody/elses.json",
        RUN + b"calls/pages/ab/abcd.gz", RUN + b"calls/uploads/abcd.submission", RUN + b"predictions/abcd.gz",
        RUN + b"predictions/uploads.jsonl", RUN + b"predictions",
        RUN + b"elsewhere.git/HEAD", RUN + b"elsewhere.git/objects/pack/pack-1.pack",
        RUN + b"packages.jsonl", RUN + b"disk/tmp/a.py",
        RUN + b"diagnoses/" + b"ab" * 32 + b".json.gz", RUN + b"diagnostics.json",
        b"results/store/messages/a-run/work-1.1.0a1b2c3d.parquet", b"results/store/views.duckdb",
    ],
)  # fmt: skip
def test_this_stays(path):
    assert way(path) is None


def test_no_row_can_let_pages_and_predictions_go(monkeypatch):
    monkeypatch.setattr(selection, "WAYS", ((Way.GROWN, re.compile(b".*", re.DOTALL)),))

    assert way(RUN + b"calls/http.jsonl") is Way.GROWN
    for path in (b"calls/pages/ab/c.gz", b"calls/uploads/a\nb", b"predictions/c.sketch.jsonl.gz"):
        assert way(RUN + path) is None


def test_what_matters_most_is_told_from_the_bulk():
    assert all(map(is_core, [b"events/2026-05.jsonl", b"overview.json", b"site/a.css", RUN + b"run.json"]))
    assert not any(map(is_core, [RUN + b"calls/http.jsonl", RUN + b"workspace/run.json", b"other"]))


def test_no_name_at_the_remote_acts_on_a_checkout():
    assert at_remote(b"sessions/home/.GIT/x") == b"sessions/home/%.GIT/x"
    assert at_remote(b"sessions/.gitattributes") == b"sessions/%.gitattributes"
