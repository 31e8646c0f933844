"""What a column says and looks like where its own table does not tell: a name means the same in every table."""

from __future__ import annotations

from nab.core.levels import Level
from nab.results.tables.columns import INSTANT, YES, Column

OF_TYPES = {INSTANT: "2026-05-16 13:02:07.123", YES: "true"}
SHA256 = "9f86d081884c7d65..."
WORDS = {
    "account": ("whose model it is", "numerai"),
    "agent": ("which program", "codex"),
    "answer": ("", SHA256),
    "answers": ("of a model", "41"),
    "arguments": ("", '{"command":"ls"}'),
    "because": ("why", "usage_limit"),
    "began": ("when it began", ""),
    "commit": ("", "3f2a9c..."),
    "conversation": ("", "0197a2..."),
    "cores": ("how many it has", "16"),
    "cpu": ("", "AMD EPYC 9354"),
    "cpu_seconds": ("of all processors together", "5120"),
    "data": ("", '{"season":"2026-1"}'),
    "diagnostics": ("", "a-diagnosis"),
    "disk_files": ("that the agent wrote", "310"),
    "driver": ("of its NVIDIA GPUs", "550.54"),
    "effort": ("", "high"),
    "ended": ("when it ended", ""),
    "ended_seq": ("", "1840"),
    "engine": ("version of its Docker engine", "27.3.1"),
    "entrant": ("whose", "codex-l4"),
    "error": ("", "connection reset"),
    "exit_code": ("", "0"),
    "file": ("", "calls/.../000000000000000.60249....parquet"),
    "filename": ("as Numerai has it", "preds.csv"),
    "gpus": ("", '["NVIDIA H200"]'),
    "graphql_submission": ("", "a-submission"),
    "inserted_at": ("when Numerai took it in", ""),
    "kernel": ("Linux's version", "6.1.0"),
    "kind": ("which fact", "claim.registered"),
    "left_out": ("", "no answer for 30 days"),
    "level": ("how much of the job is its own", [*Level][-1].value),
    "llm": ("", "gpt-5-codex"),
    "lock_sha256": ("", SHA256),
    "memory_gib": ("its memory", "128"),
    "method": ("of HTTP; CONNECT, DNS and - are explained in docs/capture.md", "GET"),
    "metric": ("in Numerai's words", "mmc"),
    "metrics": ("", '{"validationCorrMean":0.02,"validationMmcMean":null}'),
    "model": ("by its name", "nab_codex_l4"),
    "model_id": ("its id at Numerai", "a-model"),
    "new": ("what it was then", "verified late"),
    "old": ("what was said before", "missed"),
    "oom_kills": ("processes killed for lack of memory", "0"),
    "opens": ("when its window opens", ""),
    "package": ("its name", "lightgbm"),
    "parent": ("", "toolu_00"),
    "percentile": ("among all models of the round", "0.81"),
    "place": ("", "/opt/venv/lib/python3.11/site-packages"),
    "port": ("of that host", "443"),
    "prices": ("", "2026-05-01"),
    "prompt_version": ("of what it was asked", "3"),
    "provider": ("whose model it is", "openai"),
    "python": ("its version", "3.11.9"),
    "reason": ("", "submit.sh failed"),
    "replica": ("which of several alike", "b"),
    "result": ("", "12 files"),
    "round": ("Numerai's number of it", "1269"),
    "run": ("whose it is", "2026-05-16T130207Z-codex-l4"),
    "said": ("how much was said", "210"),
    "scheme": ("https or http", "https"),
    "seed": ("", "7"),
    "session": ("which session", "work-1"),
    "settings_sha256": ("", SHA256),
    "sha256": ("", SHA256),
    "slot": ("in which it ran", "nab-slot-gpu0"),
    "source": ("", "api"),
    "status": ("", "done"),
    "submission": ("Numerai's id of it", "a-submission"),
    "system": ("its distribution", "Debian GNU/Linux 12"),
    "text": ("the words", "no tick for 20 min"),
    "title": ("", "Data - Numerai docs"),
    "unreadable": ("lines that are in no table", "1"),
    "value": ("of the metric; null where Numerai says so", "0.0124"),
    "version": ("which version", "4.5.0"),
    "why": ("", "no room"),
}
# Numbers that count or measure nothing: names of things.
WITHOUT_UNIT = {
    *(
        "seq",
        "round",
        "line",
        "port",
        "client_port",
        "pid",
        "parent",
        "status",
        "exit_code",
        "ended_seq",
        "as_of_seq",
    ),
    *("seed", "cgroups", "upto", "look"),
}


def says(column: Column) -> str:
    """Return what a column is."""
    return column.says or WORDS[column.name][0]


def example(column: Column) -> str:
    """Return a value that it may have."""
    return column.example or OF_TYPES.get(column.type) or WORDS[column.name][1]
