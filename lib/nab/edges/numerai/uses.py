"""Who relies on what of Numerai's API: the harness, numerapi 3.1.1 as agents use it, prompts and controls.

A test holds this table to what `Numerai` and numerapi really ask.
"""

from __future__ import annotations

from nab.core.contract.differences import Reliance
from nab.core.contract.selections import Use
from nab.edges.numerai.diagnosis import ABOUT, AGGREGATES, PER_ERA

WINDOW = "the window watcher: which round is open, and until when (make tick, submissions)"
CONTROLS = "agents baseline, random, example"
UPLOADS = f"submit.sh of every agent: numerapi upload_predictions ({CONTROLS}; prompts L1 to L4)"
DIAGNOSED = "agents: numerapi upload_diagnostics"
SCORE = "date day displayName payoutPending payoutSettled percentile value"
PERFORMANCE = f"""atRisk payoutMultipliers {{id scoreConfigId name version displayName multiplier}} roundPayoutFactor
    roundNumber roundOpenTime roundResolveTime roundResolved roundTarget submissionScores {{{SCORE}}}"""

HARNESS = (
    Use(WINDOW, "Query.rounds", "number openTime closeStakingTime closeTime", "tournament number"),
    Use("what a round pays (fetch_scores, results)", "Query.rounds", """number target payoutFactor stakeThreshold
        roundScoreConfigs {displayName name version isPayout defaultMultiplier clipThreshold stakeThreshold}""",
        "tournament"),
    Use("which models the account has (launch, watcher, reconcile)", "Query.account", "models {id name}"),
    Use("outcomes: what counts in a round (reconcile, make status)", "Query.account", """models {id name
        latestSubmissions(latestNRounds: 30) {id roundNumber status filename timestamp}}"""),
    Use("outcomes: every submission (reconcile, make why)", "Query.submissions", """id insertedAt filename selected
        status sourcePlatform errorInfo round {number tournament}""", "modelId"),
    Use("scores of our models (fetch_scores, make results)", "Query.submissionScores", """roundNumber displayName day
        date submissionId value percentile resolved version""", "modelId displayName"),
    Use("ranks within a round (fetch_scores)", "Query.roundDetails", "models {modelName mmc v2Corr20}",
        "roundNumber tournament"),
    Use("standings among all models (fetch_scores, make results)", "Query.v3UserProfile", """latestRanks {mmc mmc60
        corr20V2 bmc} latestReps {mmc mmc60 corr20V2 bmc}""", "modelName"),
    Use("reference models (fetch_scores)", "Query.accountProfile", "models {id displayName}", "username tournament"),
    Use("reference models (fetch_scores)", "Query.v3UserProfile", "id", "modelName"),
    Use("reference models' scores (fetch_scores)", "Query.submissionScores", """roundNumber displayName day value
        percentile version""", "modelId displayName lastNRounds"),
    Use("diagnostics of agents (make diagnostics)", "Query.diagnostics",
        f"{ABOUT} {AGGREGATES} perEraDiagnostics {{era {PER_ERA}}}", "modelId id"),
    Use("what our key may do (launch, doctor)", "Query.apiTokenInfo", "scopes"),
)  # fmt: skip

NUMERAPI = (
    Use("numerapi list_datasets (prompts L1, L2; agents baseline, example)", "Query.listDatasets", "",
        "round tournament"),
    Use(f"numerapi download_dataset (prompts L1 to L4; {CONTROLS})", "Query.dataset", "", "filename round tournament"),
    Use(f"numerapi get_current_round (prompt L1; {CONTROLS})", "Query.rounds", "number", "tournament number"),
    Use("numerapi check_round_open, check_new_round", "Query.rounds", "number openTime closeStakingTime",
        "tournament number"),
    Use("numerapi list_rounds", "Query.rounds", """id tournament number target closeTime closeStakingTime openTime
        scoreTime resolveTime resolvedGeneral resolvedStaking payoutFactor stakeThreshold dataDatestamp
        roundScoreConfigs {id scoreConfigId roundNumberStart roundNumberEnd name version displayName totalScoreDays
        returnsLagDays dataDelayDays universe isCanonScore isPayout scoringStart scoringEnd minMultiplier
        maxMultiplier defaultMultiplier clipThreshold stakeThreshold payoutFactor}""",
        "tournament number target status limit"),
    Use("numerapi get_competitions", "Query.rounds", "number resolveTime openTime resolvedGeneral resolvedStaking",
        "tournament"),
    Use("numerapi pipeline_status", "Query.pipelineStatus",
        "dataReadyAt isScoringDay resolvedAt scoredAt startedAt tournament", "date tournament"),
    Use("numerapi get_leaderboard", "Query.v2Leaderboard", """nmrStaked rank username corr20Rep corr20V2Rep corj60Rep
        fncRep fncV3Rep tcRep mmcRep bmcRep team return_1_day return_52_weeks return_13_weeks""", "limit offset"),
    Use("numerapi get_account_leaderboard", "Query.accountLeaderboard", """displayName nmrStaked rank username
        v2Corr20 cort20 corJ60 corrV4 fncV4 icV2 mmc ric return1y return3m returnAllTime return1yNmr return3mNmr
        returnAllTimeNmr""", "limit offset tournament"),
    Use("numerapi public_user_profile", "Query.v3UserProfile", "id startDate username bio nmrStaked",
        "modelName tournament"),
    Use("numerapi stake_get", "Query.v3UserProfile", "stakeValue", "modelName tournament"),
    Use("numerapi daily_model_performances", "Query.v3UserProfile", """dailyModelPerformances {date corrRep corrRank
        mmcRep mmcRank fncRep fncRank fncV3Rep fncV3Rank tcRep tcRank}""", "modelName"),
    Use("numerapi submission_scores", "Query.submissionScores", """roundId submissionId roundNumber roundResolveTime
        roundScoreTime roundCloseStakingTime value percentile displayName version date day resolveDate resolved""",
        "modelId displayName version day resolved tournament lastNRounds distinctOnRound"),
    Use("numerapi round_model_performances", "Query.v2RoundModelPerformances", PERFORMANCE, "modelId tournament"),
    Use("numerapi intra_round_scores", "Query.v2RoundModelPerformances",
        f"roundNumber intraRoundSubmissionScores {{{SCORE}}}", "modelId tournament"),
    Use("numerapi models_of_account", "Query.accountProfile", "models {id displayName}", "username tournament"),
    Use("numerapi get_models", "Query.account", "models {id name tournament}"),
    Use("numerapi modelid_to_modelname", "Query.model", "name", "modelId"),
    Use("numerapi get_submission_filenames", "Query.model",
        "submissions {filename selected round {tournament number}}", "modelId"),
    Use("numerapi submission_ids", "Query.submissions", "id filename insertedAt", "modelId"),
    Use("numerapi diagnostics", "Query.diagnostics",
        f"{ABOUT} {AGGREGATES} perEraDiagnostics {{era {PER_ERA}}}", "modelId id"),
    Use("numerapi download_submission", "Query.submissionDownloadAuth", "filename url", "id"),
    Use(UPLOADS, "Query.submissionUploadAuth", "filename url", "filename tournament modelId"),
    Use(UPLOADS, "Mutation.createSubmission", "id", "filename tournament modelId triggerId source dataDatestamp"),
    Use(DIAGNOSED, "Query.diagnosticsUploadAuth", "filename url", "filename tournament modelId"),
    Use(DIAGNOSED, "Mutation.createDiagnostics", "id", "filename tournament modelId"),
)  # fmt: skip

OURS = (
    Use("make contract: how often may be asked", "Query.graphqlRateLimits",
        "operation operationType scope limitCount intervalMs"),
)  # fmt: skip
USES = (*HARNESS, *NUMERAPI, *OURS)

WATCHER = "the harness: all that it asks (edges/numerai/graphql.py)"
FILES = {
    "live.parquet": "submit.sh of every agent (prompts L1, L2; agents baseline, random)",
    "features.json": "prompts L1, L2; agent baseline",
    "train.parquet": "prompts L1, L2; agent baseline",
    "validation.parquet": "prompts L1, L2; agent baseline",
    "live_example_preds.csv": "agent example",
    "live_example_preds.parquet": "agent example",
}
OTHERS = {
    "enum": ["numerapi list_rounds(status=...)"],
    "calendar": ["when systemd's timers and ticks look (docs/windows.md); polling of outcomes; docs/tournament.md"],
    "window": [
        "how often ticks look, and whether limits.submit_minutes fits into a window; outcomes (on time or late)",
        "numerapi check_round_open; the local tournament's calendar (rounds/weekly.py)",
    ],
    "version": ["agents baseline, random, example (a fixed version or the newest); prompts L1, L2 (the newest)"],
    "old version": ["agents baseline and random, which name it; agents that were told of it earlier"],
    "file": ["agents that download it; docs/tournament.md"],
    "rate": ["the watchers and agents of this address, which share it; the local tournament (play/rates.py)"],
    "an answer": [f"{WATCHER}; its clock (Date)"],
    "an unknown field": [
        "the harness: diagnostics leave such a field out by this sentence (edges/numerai/diagnosis.py)",
        "numerapi: raises ValueError with the message",
    ],
    "no key": ["the harness: Refused in Numerai's words; numerapi: raises ValueError with the message"],
    "a wrong key": ["the harness and launch: what an operator is told of a bad key; numerapi: ValueError"],
    "a query cut short": ["agents that write queries by hand; numerapi raw_query"],
    "a body that is no JSON": ["agents that call by hand"],
    "a file that there is not": ["numerapi download_dataset: ValueError with the message"],
    "a round that there is not": ["numerapi; agents that ask for a round by its number"],
    "between two rounds": ["the window watcher: says 'no round' by this sentence; numerapi get_current_round"],
    "too many requests": [
        "the harness: waits by status 429 and Retry-After (core/windows/retries.py)",
        "numerapi: KeyError 'data'; the proxy's own limit of diagnostics",
    ],
    "names in snake_case": ["numerapi upload_predictions, get_leaderboard, public_user_profile send such names"],
    "a String for an ID": ["numerapi: most methods with a model_id declare it as String"],
    "address of a dataset file": ["numerapi download_dataset; the proxy's table of hosts (docs/policy.md)"],
    "address of an upload": [f"{UPLOADS}; the proxy's table of hosts (docs/policy.md)"],
    "a part of a file": ["numerapi download_dataset: sizes and resumed downloads"],
    **{f"file:{name}": [who] for name, who in FILES.items()},
}  # fmt: skip
WORDS = {
    "LatestSubmission.status": ["none", "on-time", "late", "queued"],
    "V2Submission.status": ["on-time", "late", "queued"],
    "V2Diagnostics.status": ["queued", "running", "done"],
    "RoundScoreConfig.displayName": [],
    "RoundScoreConfig.name": [],
    "RoundScoreConfig.universe": [],
    "Round.target": [],
    "PipelineStatus.tournament": [],
    "SubmissionScore.displayName": [],
}
RELIANCE = Reliance(USES, OTHERS, WORDS)
