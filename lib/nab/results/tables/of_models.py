"""Tables about the models that agents make: metrics that were printed, candidates, families of code."""

from __future__ import annotations

from nab.results.detectors import families, metrics
from nab.results.tables.columns import INSTANT, NUMBER, WHOLE, YES, Column, Recorded, View
from nab.results.tables.worked_out import COMMIT, RUN, SESSION

METRIC = Column("metric", "corr, sharpe, mmc, bmc, fnc, rmse, ...", example="corr")
STATISTIC = Column("statistic", "mean, std, min, max; empty where nothing is said", example="mean")
VALUE = Column("value", "as it was told; null where it was no number", NUMBER, "of the metric", "0.0213")
SURFACE = Column(
    "surface",
    "of which data: train, validation, diagnostics, live, resolved, unknown",
    example="validation",
)
SCRIPT = Column("script", "the file that was run, without its folder", example="train.py", private=True)
LINE = Column("line", "in which line of the result or the file, from 1", WHOLE, "", "42")
WRITTEN = Column("written", "the name as it was printed", example="val_corr", private=True)
BENCHMARK = Column("benchmark", "its line names a benchmark model: it is none of the agent's", YES)
PATTERNS = Column("patterns", "the version of the patterns that found it", example="2")
CALL = Column("call", "the tool call whose result it stands in", example="toolu_01")
PATH = Column("path", "the file in the workspace", example="logs/train.log", private=True)
FAMILY = Column(
    "family", "twelve digits that two scripts share which differ in numbers alone", example="3fa9c01b77e2"
)

PRINTED_METRICS = Recorded(
    name="printed_metrics",
    says="Every metric that was printed by a tool call, or stands in a log or table of the workspace: a reading by the"
    " patterns of the detector `metrics`, audited on labels (docs/questions.md). `metric_ledger` is made of it.",
    source="runs/*/sessions/*/stdout.jsonl, runs/*/workspace.git",
    columns=(
        RUN,
        Column("time", "when the call came back, or the watcher saw the file", INSTANT, "UTC"),
        Column("source", "tool or file", example="tool"),
        SESSION,
        CALL,
        SCRIPT,
        Column("commit", "of the file", example="3f2a9c..."),
        PATH,
        LINE,
        METRIC,
        STATISTIC,
        VALUE,
        SURFACE,
        WRITTEN,
        BENCHMARK,
        PATTERNS,
    ),
    needed="metric",
    rules=f"metrics {metrics.VERSION}",
)
FAMILIES = Recorded(
    name="families",
    says="Every version of a script that makes a model, and of which family it is: from its syntax, by the"
    " rules of the detector `families`. Columns that it names one by one count for the family and are not told here.",
    source="runs/*/workspace.git",
    columns=(
        RUN,
        COMMIT,
        Column("time", "when the watcher saw it", INSTANT, "UTC", "2026-05-16 13:03:07"),
        PATH,
        Column("script", "the same without its folder", example="train.py", private=True),
        Column("blob", "git's name of its content", example="83baae6..."),
        FAMILY,
        Column("library", "that it makes it with", example="lightgbm"),
        Column("model", "which classes or functions", example="LGBMRegressor+Ridge"),
        Column("targets", "that it names", example="target_cyrusd_20"),
        Column(
            "features",
            "sets of features.json that it names, and ways to derive columns",
            example="medium+rank",
        ),
        Column("validation", "how it splits", example="GroupKFold"),
        Column("rules", "their version", example="2"),
    ),
    needed="family",
    rules=f"families {families.VERSION}",
)

PRINTED = (
    "SELECT p.run, p.session, p.call, coalesce(min(p.time), min(s.began)) AS first, min(p.script) AS script,"
    " arg_min(p.metric, p.line) AS metric, arg_min(p.value, p.line) AS value FROM printed_metrics AS p"
    " LEFT JOIN sessions AS s ON s.run = p.run AND s.session = p.session"  # where the program writes no times
    " WHERE p.source = 'tool' AND p.surface = 'validation' AND p.script <> '' AND p.value IS NOT NULL"
    " AND NOT coalesce(p.benchmark, false)"
    " GROUP BY p.run, p.session, p.call"
)
UPLOADED = (
    "SELECT run, upload_sha256, min(time) AS first, arg_min(session, time) AS session,"
    " arg_min(regexp_extract(path, '[^/]+$'), time) AS filename FROM requests"
    " WHERE upload_sha256 IS NOT NULL GROUP BY run, upload_sha256"
)
TOLD = (
    "SELECT p.run, 'printed' AS known_by, p.session, p.call, p.first, p.script, p.metric, p.value,"
    " NULL AS diagnostics, NULL AS submission, c.commit,"
    " md5(concat_ws('|', p.run, c.commit, p.script, p.metric, p.value)) AS candidate"
    f" FROM ({PRINTED}) AS p ASOF LEFT JOIN commits AS c ON c.run = p.run AND c.time <= p.first"
    " UNION ALL BY NAME"
    " SELECT u.run, 'predictions' AS known_by, u.session, u.first, d.diagnostics, s.submission, c.commit,"
    f" u.upload_sha256 AS candidate FROM ({UPLOADED}) AS u"
    " LEFT JOIN (SELECT run, sha256, min(diagnostics) AS diagnostics FROM diagnostics GROUP BY ALL) AS d"
    " ON d.run = u.run AND d.sha256 = u.upload_sha256"
    " LEFT JOIN (SELECT filename, min(submission) AS submission FROM submissions WHERE filename <> ''"
    " GROUP BY ALL) AS s ON s.filename = u.filename"
    " ASOF LEFT JOIN commits AS c ON c.run = u.run AND c.time <= u.first"
)
CANDIDATES = View(
    "candidates",
    "Every model whose predictions were scored: uploaded ones, by the hash of the file, and those of a script that"
    " printed a validation metric, by commit, script and the first metric that it printed.",
    "requests, diagnostics, submissions, printed_metrics, commits, families",
    (
        RUN,
        Column("candidate", "SHA-256 of its predictions, or MD5 of commit, script and metric", example="9f86d081..."),
        Column("known_by", "predictions or printed", example="predictions"),
        Column("first", "when it was scored first", INSTANT, "UTC", "2026-05-16 13:05:11"),
        SESSION,
        CALL,
        Column("commit", "the newest one by then", example="3f2a9c..."),
        SCRIPT,
        METRIC,
        VALUE,
        Column("diagnostics", "Numerai's id, where it was diagnosed"),
        Column("submission", "Numerai's id, where it was submitted"),
        FAMILY,
        Column("tie", "how the family is known: script, time (the newest script that makes a model)", example="script"),
    ),
    "(SELECT told.*, coalesce(by_script.family, by_time.family) AS family,"
    " CASE WHEN by_script.family IS NOT NULL THEN 'script' WHEN by_time.family IS NOT NULL THEN 'time' END AS tie"
    f" FROM ({TOLD}) AS told"
    " ASOF LEFT JOIN families AS by_script ON by_script.run = told.run AND by_script.script = told.script"
    " AND by_script.time <= told.first"
    " ASOF LEFT JOIN families AS by_time ON by_time.run = told.run AND by_time.time <= told.first)",
)  # fmt: skip
NAMES = ("sharpe", "drawdown", "mmc", "bmc", "fnc", "corr")  # in this order: a Sharpe ratio of CORR is one
STATISTICS = ("mean", "std", "min", "max")


def first_of(words: tuple[str, ...], other: str) -> str:
    """Return what names the first of some words that a key holds."""
    cases = " ".join(f"WHEN contains(lower(key), '{one}') THEN '{one}'" for one in words)
    return f"CASE {cases} ELSE '{other}' END"


METRIC_LEDGER = View(
    "metric_ledger",
    "Every metric that an agent saw of its models, with its surface. Surfaces are never to be compared with one"
    " another, and unknown ones with none.",
    "printed_metrics, diagnostics",
    (
        RUN,
        Column("time", "when it was told", INSTANT, "UTC", "2026-05-16 13:05:11"),
        Column("source", "tool, file, diagnostics", example="tool"),
        SESSION,
        CALL,
        Column("commit", "of the file", example="3f2a9c..."),
        PATH,
        LINE,
        METRIC,
        STATISTIC,
        VALUE,
        SURFACE,
        WRITTEN,
        BENCHMARK,
        Column("candidate", "whose metric it is, as in `candidates`", example="9f86d081..."),
        Column("patterns", "the version of the patterns; null: Numerai's own words", example="2"),
    ),
    "(SELECT p.*, c.candidate FROM printed_metrics AS p LEFT JOIN candidates AS c ON c.run = p.run"
    " AND c.session = p.session AND c.call = p.call AND c.known_by = 'printed'"
    " UNION ALL BY NAME"
    f" SELECT run, known AS time, 'diagnostics' AS source, {first_of(NAMES, 'other')} AS metric,"
    f" {first_of(STATISTICS, '')} AS statistic, TRY_CAST(metrics ->> key AS DOUBLE) AS value,"
    " 'diagnostics' AS surface, key AS written, sha256 AS candidate"
    " FROM (SELECT *, unnest(json_keys(metrics)) AS key FROM diagnostics WHERE json_type(metrics) = 'OBJECT'))",
)

OF_HISTORIES = (PRINTED_METRICS, FAMILIES)
VIEWS = (CANDIDATES, METRIC_LEDGER)
