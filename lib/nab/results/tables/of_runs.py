"""Tables about runs that are questions to the event log and to records: nothing of them is stored."""

from __future__ import annotations

from dataclasses import replace

from nab.results.tables.columns import INSTANT, JSON, NUMBER, WHOLE, YES, Column, View
from nab.results.tables.recorded import CALLS
from nab.results.tables.told import ENTRANT, KNOWN, LOG, RUN, SEQ, last, of, told

CALLED = {one.name: one for one in CALLS.columns}


def as_it_is(column: Column) -> Column:
    """Return a column of a table as one of a question to it."""
    return replace(column, made="")


RUNS = View(
    "runs",
    "Every run from its intent to its end.",
    f"{LOG}: run.intended, run.started, run.ended",
    (
        Column("run", "its name", example="2026-05-16T130207Z-codex-l4", made="intended.run"),
        Column("seq", "the event of its intent", WHOLE, "", "12", "intended.seq"),
        Column("entrant", "", example="codex-l4", made="intended.entrant"),
        Column("intended", "when it was intended", INSTANT, "UTC", made="intended.known"),
        *(
            told(*words, of="intended.data")
            for words in (
                ("agent", "", "VARCHAR", "", "codex"),
                ("level",),
                ("replica", "which of several alike"),
                ("model", "its model at Numerai"),
                ("llm", "the language model that its program is told to use"),
                ("effort", "of reasoning, where that is said"),
                ("prompt_version", "", "VARCHAR", "", "3"),
                ("settings_sha256", "of the settings that it depends on"),
                ("slot", "", "VARCHAR", "", "nab-slot-gpu0"),
                ("cpus", "what its box gets", "DOUBLE", "processors", "4"),
                ("memory_gib", "what its box gets", "DOUBLE", "GiB", "16"),
                ("budget_seconds", "of working time; null: no limit", "DOUBLE", "seconds", "28800"),
                ("seed", "of a control's randomness", "BIGINT"),
                ("scripted", "its models were our own", "BOOLEAN"),
            )
        ),
        Column("started", "when its program first ran", INSTANT, "UTC", made="started.began"),
        Column("ended", "when that was written down", INSTANT, "UTC", made="ended.known"),
        Column("ended_seq", "the event of its end; null: it goes on", WHOLE, made="ended.seq"),
        told("ending", "how it ended", example="finished", of="ended.data"),
        told("cause", "whose doing that was", example="agent", of="ended.data"),
        told("exit_code", "of its program", WHOLE, of="ended.data"),
        told("oom_kills", "", WHOLE, "kills", of="ended.data"),
    ),
    f"{of('run.intended')} AS intended LEFT JOIN (SELECT run, min(TRY_CAST(data ->> 'started_at' AS TIMESTAMP)) AS"
    " began FROM events WHERE kind = 'run.started' GROUP BY run) AS started ON started.run = intended.run"
    f" LEFT JOIN {last('run.ended')} AS ended ON ended.run = intended.run",
)
ENTRANTS = View(
    "entrants",
    "Who is enrolled: from then on every round owes it a decision.",
    f"{LOG}: entrant.enrolled",
    (
        SEQ,
        KNOWN,
        ENTRANT,
        RUN,
        *(told(name) for name in ("agent", "level", "replica", "model", "model_id")),
    ),
    of("entrant.enrolled"),
)
MACHINES = View(
    "machines",
    "Which machine was at work from then on.",
    f"{LOG}: machine.seen",
    (
        SEQ,
        KNOWN,
        told("cpu", "its model"),
        told("cores", "", WHOLE, "processors", "16"),
        told("memory_gib", "", NUMBER, "GiB", "128"),
        told("gpus", "by name", JSON),
        *(told(name) for name in ("driver", "kernel", "system", "engine")),
        told("cgroups", "their version", WHOLE, "", "2"),
    ),
    of("machine.seen"),
)
HARNESSES = View(
    "harnesses",
    "Which harness was at work from then on.",
    f"{LOG}: harness.seen",
    (
        SEQ,
        KNOWN,
        told("version", "", example="0.1.0"),
        told("commit", "of its checkout"),
        told("dirty", "that was changed", YES),
        told("lock_sha256", "of requirements.lock"),
        told("python", "", example="3.11.9"),
    ),
    of("harness.seen"),
)
SESSIONS = View(
    "sessions",
    "Every start of an agent's program, with its end.",
    f"{LOG}: session.started, session.ended",
    (
        Column("run", "whose it is", made="started.run"),
        Column("seq", "the event of its start", WHOLE, "", "40", "started.seq"),
        Column("entrant", "", example="codex-l4", made="started.entrant"),
        told("session", "its name", example="work-1", of="started.data"),
        told("mode", "first, resume or fresh", example="first", of="started.data"),
        told("because", "why it was started so", of="started.data"),
        Column("ended_seq", "the event of its end; null: it goes on", WHOLE, made="ended.seq"),
        told("ending", "how it ended", example="done", of="ended.data"),
        Column("began", "", INSTANT, "UTC", made="coalesce(ended.data ->> 'began', started.valid::VARCHAR)"),
        told("ended", "", INSTANT, "UTC", of="ended.data"),
        told("exit_code", "of its program; -N: signal N", WHOLE, of="ended.data"),
        told("conversation", "the program's own id", of="ended.data"),
        told("said", "", WHOLE, "messages", "210", of="ended.data"),
        told("calls", "of tools", WHOLE, "calls", "96", of="ended.data"),
        told("oom_kills", "", WHOLE, "kills", of="ended.data"),
        told("quiet_seconds", "that it waited for its provider", NUMBER, "seconds", "14.2", of="ended.data"),
        told("unreadable", "lines of its output", WHOLE, "lines", "0", of="ended.data"),
    ),
    f"{of('session.started')} AS started LEFT JOIN (SELECT run, data ->> 'session' AS session,"
    " max_by(data, seq) AS data, max(seq) AS seq FROM events WHERE kind = 'session.ended' GROUP BY ALL) AS ended"
    " ON ended.run = started.run AND ended.session = (started.data ->> 'session')",
)
TURNS = View(
    "turns",
    "Every turn in which a run had the slot, or was awake beside whoever had it.",
    f"{LOG}: turn.ended",
    (
        SEQ,
        RUN,
        ENTRANT,
        Column("ended", "when its box was about to be paused", INSTANT, "UTC", made="valid"),
        told("because", "why it ended"),
        told("active_seconds", "that counted", NUMBER, "seconds", "3600"),
        told("cpu_seconds", "", NUMBER, "seconds", "5120"),
        told("gpu_seconds", "in which a GPU was busy", NUMBER, "seconds", "900"),
        told("beside", "in an open window, beside whoever had the slot", YES),
    ),
    of("turn.ended"),
)
REQUESTS = View(
    "requests",
    "Every call that is over, a row.",
    CALLS.source,
    tuple(map(as_it_is, (one for one in CALLS.columns if one.name not in {"phase", "count", "page"}))),
    "calls WHERE phase = 'done'",
)  # fmt: skip
PAGES = View(
    "pages",
    "Every text that an agent was told by a page, or searched by. The texts themselves are in no table.",
    CALLS.source,
    (
        *(as_it_is(CALLED[name]) for name in ("run", "session", "id", "time", "category", "host", "path")),
        Column("which", "response: what it read; request: what it searched by", example="response"),
        told("sha256", "of the text; null where it was not kept", of="text"),
        told("bytes", "of the text", WHOLE, "bytes", "61440", of="text"),
        told("title", "its title, or first heading", of="text", private=True),
        told("truncated", "there was more", YES, of="text"),
        told("kept", "it is in calls/pages", YES, of="text"),
        told("why", "it is not", of="text"),
    ),
    "(SELECT *, page -> which AS text FROM (SELECT *, unnest(['request', 'response']) AS which FROM calls"
    " WHERE phase = 'done' AND page IS NOT NULL)) WHERE json_type(text) = 'OBJECT'",
)  # fmt: skip
PACKAGES = View(
    "packages",
    "Every package that was installed in a box, with its version, since when.",
    "runs/*/packages.jsonl",
    (
        RUN,
        Column("time", "when that was seen", INSTANT, "UTC"),
        Column("place", "in which folder"),
        Column("kind", "python or npm", example="python"),
        Column("package", "", example="lightgbm"),
        Column("version", "", example="4.5.0", made="packages ->> package"),
    ),
    "(SELECT *, unnest(json_keys(packages)) AS package FROM installations)",
)
USAGE = View(
    "usage",
    "What a session used of a model, as the proxy counted it since the count before.",
    f"{LOG}: usage.counted",
    (
        SEQ, KNOWN, RUN, ENTRANT,
        told("session", "", example="work-1"),
        told("provider", "", example="openai"),
        told("model", "", example="gpt-5-codex"),
        told("answers", "", WHOLE, "answers", "41"),
        told("cut", "of them broke off", WHOLE, "answers", "0"),
        told("odd", "of them had counts that cannot be", WHOLE, "answers", "0"),
        *(
            Column(f"{name}_tokens", says, WHOLE, "tokens", "52000", f"(data -> 'counts' ->> '{name}')")
            for name, says in (
                ("input", "in no cache"), ("cache_read", "read from a cache"), ("cache_write", "written to one"),
                ("output", "of answers"), ("reasoning", "of those, reasoning"),
            )
        ),
        told("usd", "by the price table; null: it has no price", NUMBER, "US dollars", "0.41"),
        told("prices", "which price table"),
    ),
    of("usage.counted"),
)  # fmt: skip
OF_RUNS = (RUNS, ENTRANTS, MACHINES, HARNESSES, SESSIONS, TURNS, REQUESTS, PAGES, PACKAGES, USAGE)
