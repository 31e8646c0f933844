"""The tables whose rows are worked out by us before they are written: of histories, sessions, answers, folds."""

from __future__ import annotations

from nab.results.tables.columns import INSTANT, JSON, NUMBER, WHOLE, YES, Column, Recorded

RUN = Column("run", "whose it is", example="2026-05-16T130207Z-codex-l4")
SESSION = Column("session", "which session", example="work-1")
COMMIT = Column("commit", "its id in the history", example="3f2a9c...")
SAID = (
    RUN,
    SESSION,
    Column("conversation", "the program's own id of it", example="0197..."),
    Column("time", "when; null where the program wrote no time", INSTANT, "UTC", "2026-05-16 13:05:11"),
    Column("source", "in which copy it stands", example="work-1/stdout"),
    Column("line", "and in which line, from 1", WHOLE, "", "42"),
)

COMMITS = Recorded(
    name="commits",
    says="The history of a run's workspace, a look that found a change a row.",
    source="runs/*/workspace.git",
    columns=(
        RUN,
        COMMIT,
        Column("time", "when the watcher looked", INSTANT, "UTC", "2026-05-16 13:03:07"),
        Column("files", "how many files are others than before", WHOLE, "files", "3"),
    ),
    needed="commit",
)
FILES = Recorded(
    name="files",
    says="Every file that a commit added, changed or removed.",
    source="runs/*/workspace.git",
    columns=(
        RUN,
        COMMIT,
        Column("time", "the commit's time", INSTANT, "UTC", "2026-05-16 13:03:07"),
        Column(
            "path", "in the workspace; a name that is no UTF-8 is escaped", example="train.py", private=True
        ),
        Column("change", "A added, M changed, D removed, T of another type", example="M"),
        Column("mode", "of git; null where it is gone", example="100644"),
        Column("blob", "git's name of its content", example="83baae6..."),
    ),
    needed="commit",
)
TOOL_CALLS = Recorded(
    name="tool_calls",
    says="Every tool that an agent called, with what came back (docs/sessions.md).",
    source="runs/*/sessions/*/stdout.jsonl",
    columns=(
        *SAID,
        Column("call", "the program's own id of the call", example="toolu_01"),
        Column("parent", "the call that a subagent works for"),
        Column("name", "which tool", example="Bash"),
        Column("arguments", "JSON as it was written", private=True),
        Column("command", "of a shell's call", example="python train.py", private=True),
        Column("answered_at", "when it came back", INSTANT, "UTC"),
        Column("failed", "as the program says; null where it does not, or nothing came back", YES),
        Column("exit_code", "of a shell's command", WHOLE, "", "0"),
        Column("result", "what came back, as far as the program kept it", private=True),
        Column("result_chars", "how long that is", WHOLE, "characters", "512"),
    ),
    needed="call",
)
MESSAGES = Recorded(
    name="messages",
    says="Everything that was said in a session.",
    source="runs/*/sessions/*/stdout.jsonl",
    columns=(
        *SAID,
        Column("role", "user, assistant or system", example="assistant"),
        Column("thought", "it was thought, not said", YES),
        Column("part", "it goes on from the message before", YES),
        Column("text", "the words", private=True),
        Column("chars", "how many", WHOLE, "characters", "120"),
    ),
    needed="role",
)
DIAGNOSED_ERAS = Recorded(
    name="diagnosed_eras",
    says="What Numerai answered of single eras, a value a row; null stays null. `diagnostics` has the aggregates.",
    source="runs/*/diagnoses/*.json.gz",
    columns=(
        RUN,
        Column("answer", "SHA-256 of the whole answer, as in `diagnostics`", example="9f86d081..."),
        Column("era", "as Numerai names it", example="0857"),
        Column("metric", "the field of Numerai's API", example="validationCorr"),
        Column("value", "", NUMBER, "of the metric", "0.0213"),
    ),
    needed="era",
)
OUTCOMES = Recorded(
    name="outcomes",
    says="What became of an entrant in a round, folded from the whole log; made anew whenever the log has grown.",
    source="events/*.jsonl, folded",
    columns=(
        Column("entrant", "whose", example="codex-l4"),
        Column("round", "", WHOLE, "", "1269"),
        Column("owed", "it was enrolled when the round opened", YES),
        Column("status", "verified, submitted, missed, ...", example="verified"),
        Column("detail", "on-time, late, queued", example="on-time"),
        Column("cause", "of a miss: agent, harness, numerai, unknown", example="agent"),
        Column("reason", "of a miss", private=True),
        Column("submission", "", example="a-submission"),
        Column("made_by", "scheduler, session:NAME, leftover:ID, unknown, outside", example="scheduler"),
        Column("because", "seqs of the evidence", JSON, "", "[17, 21]"),
        Column("as_of_seq", "the log's last event then", WHOLE, "", "1840"),
    ),
    needed="entrant",
)
ALARMS = Recorded(
    name="alarms",
    says="The alarms that hold and were told. Those that are over are nowhere on record yet.",
    source="alarms.json",
    columns=(
        Column("alarm", "its key", example="tick"),
        Column("since", "when it was told first", INSTANT, "UTC"),
        Column("text", "", example="no tick for 20 min", private=True),
    ),
    needed="alarm",
)

OF_HISTORIES, OF_SESSIONS = (COMMITS, FILES), (TOOL_CALLS, MESSAGES)
OF_ROWS = (*OF_HISTORIES, *OF_SESSIONS, DIAGNOSED_ERAS, OUTCOMES, ALARMS)
