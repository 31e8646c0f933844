"""The tables that are made of lines: of the event log, and of what the harness records of a run."""

from __future__ import annotations

from nab.results.tables.columns import INSTANT, JSON, NUMBER, TEXT, WHOLE, YES, Column, Recorded

RUN = Column("run", "whose it is", example="2026-05-16T130207Z-codex-l4", made="{run}")
TIME = Column("time", "when it was seen", INSTANT, "UTC", "2026-05-16 13:02:07.123")

EVENTS = Recorded(
    name="events",
    says="The event log, an event a row. All that is told below of runs, rounds and scores comes from here.",
    source="events/*.jsonl",
    columns=(
        Column("seq", "its number in the log", WHOLE, "", "1840"),
        Column("valid", "when it happened", INSTANT, "UTC", "2026-05-16 12:00:00"),
        Column("known", "when we learned it", INSTANT, "UTC", "2026-05-16 12:04:00"),
        Column("written_by", "which program", example="fetch_scores 0.1.0", made='"by"'),
        Column("kind", "what it is", example="score.seen"),
        Column("entrant", "whom it is about", example="codex-l4"),
        Column("round", "which round", WHOLE, "", "1269"),
        Column("run", "which run", example="2026-05-16T130207Z-codex-l4"),
        Column("data", "the fact itself", JSON, "", '{"metric":"mmc","day":20,...}'),
    ),
    needed="seq",
    keys={
        **dict.fromkeys(("valid", "known", "by", "kind", "entrant", "run"), TEXT),
        **{"seq": WHOLE, "round": WHOLE, "data": JSON},
    },
)

HASH = "9f86d081884c7d65..."
CALLS = Recorded(
    name="calls",
    says="Every line that a run's proxy wrote: `requests` and `pages` are made of it (docs/capture.md).",
    source="runs/*/calls/http*.jsonl",
    columns=(
        RUN,
        Column("session", "during which session", example="work-1"),
        Column("seq", "number of the line in its proxy's life; a hole is a lost line", WHOLE, "", "17"),
        Column("id", "which call", example="8c1f..."),
        TIME,
        Column("phase", "what the line tells: done, start, sent, folded, proxy, gap, ...", example="done"),
        Column("via", "how the client came: proxy, name", example="proxy"),
        Column("client_port", "of its connection", WHOLE, "", "41002"),
        Column("method", "", example="GET"),
        Column("scheme", "", example="https"),
        Column("host", "whom it called", example="docs.numer.ai"),
        Column("port", "", WHOLE, "", "443"),
        Column("path", "as the agent wrote it, redacted", example="/numerai-tournament/data", private=True),
        Column("query", "the same", example="page=2", private=True),
        Column("status", "what the agent got; null: no answer", WHOLE, "", "200"),
        Column("request_bytes", "of the body as sent", WHOLE, "bytes", "0"),
        Column("response_bytes", "of the body as sent", WHOLE, "bytes", "61440"),
        Column("seconds", "from the first header to the end", NUMBER, "seconds", "0.412"),
        Column("first_byte_seconds", "to the head of the answer", NUMBER, "seconds", "0.201"),
        Column("content_type", "of the answer", example="text/html"),
        Column("category", "what kind of host", example="docs"),
        Column("error", "why the call broke off", private=True),
        Column("denied_rule", "which rule refused it; of `folded` lines too", example="port",
               made="coalesce(denied ->> 'rule', rule)"),
        Column("count", "of a `folded` line: how many refusals", WHOLE, "calls", "12"),
        Column("graphql_operation", "of a call to Numerai's API", example="query", made="graphql ->> 'operation'"),
        Column("graphql_fields", "its root fields", JSON, "", '["rounds"]', "graphql -> 'fields'"),
        Column("graphql_submission", "the submission that was made", made="graphql ->> 'submission'"),
        Column("request_sha256", "of the body as sent", example=HASH),
        Column("response_sha256", "of the body as sent", example=HASH),
        Column("upload_sha256", "of a file put to Numerai's storage", example=HASH),
        Column("events", "server-sent events in the answer", WHOLE, "events", "212"),
        Column("provider", "of a model's answer", example="openai", made="usage ->> 'provider'"),
        Column("model", "as the answer names it", example="gpt-5-codex", made="usage ->> 'model'"),
        *(
            Column(f"{name}_tokens", says, WHOLE, "tokens", "1200", f"usage ->> '{name}'")
            for name, says in (
                ("input", "in no cache"),
                ("cache_read", "read from a cache"),
                ("cache_write", "written to one"),
                ("output", "of the answer"),
                ("reasoning", "of those, reasoning"),
            )
        ),
        Column("page", "which texts of the call are kept", JSON, "", '{"response":{"sha256":...}}', private=True),
    ),
    needed="time",
    keys={
        **dict.fromkeys(
            ("session", "id", "time", "phase", "via", "method", "scheme", "host", "path", "query", "content_type",
             "category", "error", "rule", "request_sha256", "response_sha256", "upload_sha256"), TEXT,
        ),
        **dict.fromkeys(
            ("seq", "client_port", "port", "status", "request_bytes", "response_bytes", "events", "count"), WHOLE
        ),
        **dict.fromkeys(("seconds", "first_byte_seconds"), NUMBER),
        **dict.fromkeys(("denied", "graphql", "usage", "page"), JSON),
    },
)  # fmt: skip

COUNTED = "so far"
RESOURCES = Recorded(
    name="resources",
    says="What a box used, a look a row. Counters count from the start of the box (docs/recording.md).",
    source="runs/*/resources*.jsonl",
    columns=(
        RUN,
        TIME,
        Column("started", "the first look of a monitor's life", YES),
        Column("last", "the box has ended", YES),
        Column("cpu_seconds", f"of all processors together, {COUNTED}", NUMBER, "seconds", "812.4"),
        Column("cpu_throttled_seconds", f"held back by the quota, {COUNTED}", NUMBER, "seconds", "1.2"),
        Column("memory_bytes", "now, page cache included", WHOLE, "bytes", "734003200"),
        Column("memory_peak_bytes", f"at most {COUNTED}", WHOLE, "bytes", "1073741824"),
        Column("memory_limit_bytes", "allowed", WHOLE, "bytes", "8589934592"),
        Column("oom_kills", f"processes killed for lack of memory, {COUNTED}", WHOLE, "kills", "0"),
        Column("read_bytes", f"from disks, {COUNTED}", WHOLE, "bytes", "4096"),
        Column("written_bytes", f"to disks, {COUNTED}", WHOLE, "bytes", "8192"),
        Column("processes", "and threads, now", WHOLE, "processes", "14"),
        Column("received_bytes", f"by the box's network, {COUNTED}", WHOLE, "bytes", "10485760"),
        Column("sent_bytes", f"the same, {COUNTED}", WHOLE, "bytes", "524288"),
        Column("disk_bytes", "that the agent's files take", WHOLE, "bytes", "2097152"),
        Column("disk_files", "", WHOLE, "files", "310"),
        Column("gpus", "every GPU of the machine", JSON, "", '[{"index":0,"busy_percent":97}]'),
    ),
    needed="time",
    keys={
        **{"time": TEXT, "started": YES, "last": YES, "gpus": JSON},
        **dict.fromkeys(("cpu_seconds", "cpu_throttled_seconds"), NUMBER),
        **dict.fromkeys(
            ("memory_bytes", "memory_peak_bytes", "memory_limit_bytes", "oom_kills", "read_bytes",
             "written_bytes", "processes", "received_bytes", "sent_bytes", "disk_bytes", "disk_files"), WHOLE,
        ),
    },
)  # fmt: skip

PROCESSES = Recorded(
    name="processes",
    says="What befell the processes of a box, and a summary a minute (docs/processes.md).",
    source="runs/*/procs*.jsonl",
    columns=(
        RUN,
        TIME,
        Column("what", "appeared, left, renamed, used, gone, more, summary", example="appeared"),
        Column("id", "which process: pid and start", example="4021:88120"),
        Column("pid", "on the host", WHOLE, "", "4021"),
        Column("parent", "its parent there", WHOLE, "", "4000"),
        Column("argv", "its command line, as it says itself", example="python train.py", private=True),
        Column("began", "when it started", INSTANT, "UTC"),
        Column("session", "whose it is; empty: ours", example="work-1"),
        Column("known_by", "how that is known: parent, marker, time", example="parent", made='"by"'),
        Column("left_since", "when its session was over", INSTANT, "UTC", made='"left"'),
        Column("since", "of `used`: its last such line", INSTANT, "UTC"),
        Column("cpu_seconds", "with the children that it waited for, so far", NUMBER, "seconds", "61.2"),
        Column("own_cpu_seconds", "without them, so far", NUMBER, "seconds", "60.9"),
        Column("resident_bytes", "now", WHOLE, "bytes", "104857600"),
        Column("cpu", "of a summary: CPU seconds of the box with a session and alone", JSON),
    ),
    needed="time",
    keys={
        **dict.fromkeys(("time", "what", "id", "argv", "began", "session", "by", "left", "since"), TEXT),
        **{"pid": WHOLE, "parent": WHOLE, "resident_bytes": WHOLE, "cpu": JSON},
        **{"cpu_seconds": NUMBER, "own_cpu_seconds": NUMBER},
    },
)

INSTALLATIONS = Recorded(
    name="installations",
    says="What the folders of packages in a box held, each time that it changed; `packages` is made of it.",
    source="runs/*/packages.jsonl",
    columns=(
        RUN,
        TIME,
        Column(
            "place", "which folder, as the box calls it", example="/opt/venv/lib/python3.11/site-packages"
        ),
        Column("kind", "python or npm", example="python"),
        Column("packages", "name and version of each", JSON, "", '{"lightgbm":"4.5.0"}'),
        Column("more", "how many were too many to be named", WHOLE, "packages", "0"),
    ),
    needed="time",
    keys={"time": TEXT, "place": TEXT, "kind": TEXT, "packages": JSON, "more": WHOLE},
)

OF_LINES = (EVENTS, CALLS, RESOURCES, PROCESSES, INSTALLATIONS)
