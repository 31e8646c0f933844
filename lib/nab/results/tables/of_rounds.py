"""Tables about rounds and scores that are questions to the event log: nothing of them is stored."""

from __future__ import annotations

from nab.results.tables.columns import INSTANT, JSON, NUMBER, WHOLE, YES, Column, View
from nab.results.tables.told import ENTRANT, KNOWN, LOG, ROUND, RUN, SEQ, VALID, last, of, told

ROUNDS = View(
    "rounds",
    "What the API told of each round; the newest word counts.",
    f"{LOG}: round.seen",
    (
        ROUND,
        SEQ,
        told("opens", "", INSTANT, "UTC"),
        told("closes_staking", "until when a submission is on time", INSTANT, "UTC"),
        told("closes", "the API's own close, which decides nothing", INSTANT, "UTC"),
    ),
    f"{last('round.seen', 'round')}",
)
SUBMISSIONS = View(
    "submissions",
    "Every submission as Numerai listed it, each time that something of it was news.",
    f"{LOG}: submission.seen",
    (
        SEQ, VALID, KNOWN, ENTRANT, ROUND,
        told("submission", "Numerai's id"),
        told("status", "as Numerai says"),
        told("selected", "it is the one that counts", YES),
        told("inserted_at", "", INSTANT, "UTC"),
        told("filename", "ties it to a call's path, and so to a hash and a session", private=True),
        told("source", "as Numerai says"),
        told("error", "why Numerai does not take it", private=True),
    ),
    of("submission.seen"),
)  # fmt: skip
UPLOADS = View(
    "uploads",
    "Every submission that our proxy saw being made, and by whom.",
    f"{LOG}: upload.seen",
    (
        SEQ, VALID, ENTRANT, ROUND, RUN,
        told("submission", "Numerai's id"),
        Column("made_by", "scheduler, session:NAME, leftover:ID, unknown", example="scheduler", made="data ->> 'by'"),
        told("how", "that is known: port, connection, alone", example="port"),
    ),
    of("upload.seen"),
)  # fmt: skip
OUTCOME_CHANGES = View(
    "outcome_changes",
    "Every outcome that was published and turned out differently.",
    f"{LOG}: outcome.changed",
    (SEQ, KNOWN, ENTRANT, ROUND, told("old"), told("new"), told("because", "seqs of the evidence", JSON)),
    of("outcome.changed"),
)
SCORES = View(
    "scores",
    "Every value of a metric that Numerai published, for when (`valid`), when we learned it (`known`), its version."
    " What was told again unchanged, as older logs have it, is left out; as of a place in the log: `seq <= N`.",
    f"{LOG}: score.seen",
    (
        SEQ, VALID, KNOWN, ENTRANT, ROUND,
        Column("metric", "", example="mmc"),
        Column("day", "of scoring, 1 to 20 or 60", WHOLE, "trading days", "20"),
        Column("value", "null where Numerai said so", NUMBER, "of the metric", "0.0124"),
        Column("percentile", "among all models of the round", NUMBER, "share", "0.81"),
        Column("submission", "whose value it is"),
        Column("version", "of the scoring; empty where none was named"),
    ),
    "(SELECT seq, valid, known, entrant, round, data ->> 'metric' AS metric, TRY_CAST(data ->> 'day' AS BIGINT) AS day,"
    " TRY_CAST(data ->> 'value' AS DOUBLE) AS value, TRY_CAST(data ->> 'percentile' AS DOUBLE) AS percentile,"
    " data ->> 'submission' AS submission, coalesce(data ->> 'version', '') AS version"
    " FROM events WHERE kind = 'score.seen' WINDOW said AS (PARTITION BY entrant, round, metric, day, submission,"
    " version ORDER BY seq) QUALIFY row_number() OVER said = 1 OR value IS DISTINCT FROM lag(value) OVER said"
    " OR percentile IS DISTINCT FROM lag(percentile) OVER said)",
)  # fmt: skip
REFERENCES = View(
    "reference_scores",
    "What Numerai published of public models that nobody here enrolled.",
    f"{LOG}: reference.seen",
    (
        SEQ, KNOWN,
        told("model", "its name"),
        told("account", "of nab.toml whose model it is"),
        Column("round", "", WHOLE, "", "1269", "of_round ->> 0"),
        Column("metric", "", example="mmc", made="of_round ->> 1"),
        Column("day", "of scoring", WHOLE, "trading days", "20", "of_round ->> 2"),
        Column("value", "", NUMBER, "of the metric", "0.0124", "of_round ->> 3"),
        Column("percentile", "", NUMBER, "share", "0.81", "of_round ->> 4"),
        Column("version", "of the scoring", made="of_round ->> 5"),
    ),
    f"(SELECT *, unnest(CAST(data -> 'values' AS JSON[])) AS of_round FROM {of('reference.seen')})",
)  # fmt: skip
DIAGNOSTICS = View(
    "diagnostics",
    "Every file of validation predictions that an agent had Numerai score; `diagnosed_eras` has its eras.",
    f"{LOG}: diagnostics.seen",
    (
        SEQ, KNOWN, ENTRANT, RUN,
        told("diagnostics", "Numerai's id"),
        told("filename", private=True),
        told("inserted_at", "", INSTANT, "UTC"),
        told("status", "as Numerai says", example="done"),
        told("sha256", "of the file, as the proxy saw it"),
        told("metrics", "a few aggregates, null where Numerai says null", JSON),
        told("answer", "SHA-256 of the whole answer"),
        told("eras", "of which it tells", WHOLE, "eras", "620"),
        told("left_out", "why there is no answer"),
    ),
    of("diagnostics.seen"),
)  # fmt: skip
CLAIMS = View(
    "claims",
    "What was registered, looked at and withdrawn: a family, or a version of a claim, a row (docs/claims.md).",
    f"{LOG}: claim.registered, claim.looked, claim.withdrawn",
    (
        SEQ, KNOWN,
        Column("kind", "", example="claim.looked"),
        Column("family", "whose claim it is", example="l3-1402",
               made="coalesce(data ->> 'family', regexp_extract(data ->> 'claim', '^(.*)[.]', 1))"),
        told("claim", "empty: the family itself", example="l3-1402.1"),
        told("upto", "the event up to which it was derived", WHOLE, "", "4711"),
        told("look", "that its verdict rests on", WHOLE, "", "2"),
        told("verdict", "supported, refuted, equivalent, not yet; of a withdrawal the one that is taken back",
             example="not yet"),
        told("estimate", "the mean paired difference", NUMBER, "of the metric", "0.0042"),
        told("n", "shared rounds", WHOLE, "rounds", "120"),
        told("n_eff", "independent ones", NUMBER, "rounds", "6.4"),
        told("sha256", "of the whole version, as JSON"),
        Column("data", "the fact", JSON),
    ),
    "events WHERE kind LIKE 'claim.%'",
)  # fmt: skip
OF_ROUNDS = (ROUNDS, SUBMISSIONS, UPLOADS, OUTCOME_CHANGES, SCORES, REFERENCES, DIAGNOSTICS, CLAIMS)
