"""The part of Numerai's schema that is served, in its own language. Names are Numerai's."""

from __future__ import annotations

SCORE_FIELDS = "date: Time day: Int displayName: String percentile: Float value: Float"
PER_ERA = [
    "examplePredsCorr",
    "validationAlpha",
    "validationBmc",
    "validationChurn",
    "validationCorr",
    "validationCorrV4",
    "validationFeatureCorrMax",
    "validationFeatureNeutralCorr",
    "validationFeatureNeutralCorrV3",
    "validationMmc",
    "validationFncV4",
    "validationIcV2",
    "validationRic",
]
AGGREGATED = [
    "Corr",
    "Mmc",
    "CorrPlusMmc",
    "Bmc",
    "Alpha",
    "FeatureNeutralCorr",
    "FeatureNeutralCorrV3",
    "CorrV4",
    "FncV4",
    "IcV2",
    "Ric",
]
AGGREGATES = [
    f"validation{what}{how}{rating}"
    for what in AGGREGATED
    for how in ("Mean", "Std", "Sharpe", "SharpeDiff", "MaxDrawdown", "CorrWExamplePreds")
    for rating in ("", "Rating")
]
SINGLE = [
    f"validation{what}{rating}"
    for what in ("FeatureCorrMax", "MaxDrawdown", "AdjustedSharpe", "Apy", "Autocorr")
    for rating in ("", "Rating")
]

SDL = f"""
schema {{ query: RootQueryType mutation: RootMutationType }}
scalar Time
scalar Date
scalar Nmr
enum RoundStatus {{ UPCOMING OPEN RESOLVING RESOLVED }}

type RootQueryType {{
  account: User
  accountLeaderboard(limit: Int, offset: Int, orderBy: String, direction: String, tournament: Int
  ): [AccountLeaderboardEntry]
  accountProfile(username: String!, tournament: Int): AccountProfile
  apiTokenInfo: ApiToken
  computePickleDataVersions: [ComputePickleChoice]
  computePickleDockerImages: [ComputePickleChoice]
  computePickleUploadAuth(filename: String!, modelId: ID): FileUploadAuth
  dataset(filename: String!, round: Int, tournament: Int): String
  diagnostics(id: ID, modelId: ID): [V2Diagnostics]
  diagnosticsUploadAuth(filename: String!, tournament: Int, modelId: ID): FileUploadAuth
  graphqlRateLimits: [GraphqlRateLimit]
  listDatasets(round: Int, tournament: Int): [String]
  model(modelId: ID!): Model
  pendingModelPayouts(tournament: Int!): ModelPayouts
  pipelineStatus(date: Date, tournament: String!): PipelineStatus
  roundDetails(roundNumber: Int!, tournament: Int!): RoundDetails
  rounds(number: Int, tournament: Int, target: String, status: RoundStatus, limit: Int): [Round]
  submissionDownloadAuth(id: ID): FileDownloadAuth
  submissionScores(modelId: ID!, displayName: String, version: String, day: Int, resolved: Boolean,
    tournament: Int, lastNRounds: Int, distinctOnRound: Boolean): [SubmissionScore]
  submissionUploadAuth(filename: String!, tournament: Int, modelId: ID): FileUploadAuth
  submissions(modelId: ID): [V2Submission]
  v2Leaderboard(limit: Int, offset: Int, orderBy: String, direction: String, tournament: Int
  ): [LeaderboardModel]
  v2RoundModelPerformances(modelId: ID!, tournament: Int, lastNRounds: Int, roundNumberEq: Int,
    roundNumberGte: Int, roundNumberLte: Int, resolvedOnly: Boolean, submittedOnly: Boolean
  ): [RoundModelPerformance]
  v3StakeAuth(submissionId: ID!, staker: String!, maxAmount: String!): V3StakeAuth
  v3StakeClaim(roundId: String!, modelId: ID!, staker: String!): V3StakeClaim
  v3StakeConfig: V3StakeConfig
  v3StakeRound(roundId: String!): V3StakeRound
  v3UserProfile(modelName: String!, tournament: Int): V3UserProfile
}}
type RootMutationType {{
  addModel(name: String!, tournament: Int!): Model
  createComputePickleUpload(filename: String!, tournament: Int!, modelId: ID, dataVersionId: ID,
    dockerImageId: ID, triggerDiagnostics: Boolean): ComputePickleUpload
  createDiagnostics(filename: String!, tournament: Int, modelId: ID): V2Diagnostics
  createSubmission(filename: String!, tournament: Int!, modelId: ID, triggerId: ID, source: String,
    dataDatestamp: Int, version: String): V2Submission
  releaseStake(drain: Boolean, modelId: ID, amount: String): StakeChange
  setSubmissionWebhook(modelId: ID!, newSubmissionWebhook: String): String
  setUserBio(value: String!, modelId: ID): Boolean
  setUserLink(linkUrl: String!, linkText: String, modelId: ID): Boolean
  v2ChangeStake(value: String!, type: String!, tournamentNumber: Int!, modelId: ID): StakeChange
}}

type User {{ id: ID username: String email: String status: String insertedAt: Time mfaEnabled: Boolean
  walletAddress: String availableNmr: Nmr walletTxns: [WalletTxn] apiTokens: [ApiToken]
  models: [Model] }}
type WalletTxn {{ amount: Nmr from: String status: String to: String time: Time tournament: Int
  txHash: String type: String }}
type ApiToken {{ name: String publicId: String scopes: [String] accountUsername: String }}
type AccountProfile {{ username: String models: [ProfileModel] }}
type ProfileModel {{ id: ID displayName: String }}
type Model {{ id: ID name: String tournament: Int username: String submissions: [V2Submission]
  latestSubmissions(latestNRounds: Int): [LatestSubmission] v2Stake: V2Stake }}
type V2Stake {{ status: String txHash: String }}
type LatestSubmission {{ id: ID roundId: ID roundNumber: Int roundOpen: Date roundClose: Date
  roundCloseStaking: Date status: String filename: String timestamp: Time }}
type V2Submission {{ id: ID filename: String insertedAt: Time status: String selected: Boolean
  errorInfo: String triggerId: ID sourcePlatform: String sourceIp: String submissionIp: String
  modelId: ID round: Round }}
type FileUploadAuth {{ filename: String url: String }}
type FileDownloadAuth {{ filename: String url: String }}
type Round {{ id: ID tournament: Int number: Int target: String status: RoundStatus openTime: Time
  closeTime: Time closeStakingTime: Time scoreTime: Time resolveTime: Time resolvedGeneral: Boolean
  resolvedStaking: Boolean payoutFactor: String stakeThreshold: Float dataDatestamp: Int
  roundScoreConfigs: [RoundScoreConfig] }}
type RoundScoreConfig {{ id: ID scoreConfigId: ID roundNumberStart: Int roundNumberEnd: Int name: String
  version: String displayName: String totalScoreDays: Int returnsLagDays: Int dataDelayDays: Int
  universe: String isCanonScore: Boolean isPayout: Boolean scoringStart: Time scoringEnd: Time
  minMultiplier: Float maxMultiplier: Float defaultMultiplier: Float clipThreshold: Float
  stakeThreshold: Float payoutFactor: String }}
type GraphqlRateLimit {{ operation: String operationType: String scope: String limitCount: Int
  intervalMs: Int }}
type PipelineStatus {{ dataReadyAt: Time isScoringDay: Boolean resolvedAt: Time scoredAt: Time
  startedAt: Time tournament: String }}
type SubmissionScore {{ roundId: ID submissionId: ID roundNumber: Int roundResolveTime: Time
  roundScoreTime: Time roundCloseStakingTime: Time {SCORE_FIELDS} version: String resolveDate: Date
  resolved: Boolean }}
type RoundModelPerformance {{ atRisk: Nmr payoutMultipliers: [PayoutMultiplier] roundPayoutFactor: String
  roundId: ID roundNumber: Int roundOpenTime: Time roundResolveTime: Time roundResolved: Boolean
  roundTarget: String submissionId: ID submissionScores: [PerformanceScore]
  intraRoundSubmissionScores: [PerformanceScore] allSubmissionScores: [PerformanceScore] }}
type PayoutMultiplier {{ id: ID scoreConfigId: ID name: String version: String displayName: String
  multiplier: Float }}
type PerformanceScore {{ {SCORE_FIELDS} payoutPending: Nmr payoutSettled: Nmr }}
type RoundDetails {{ roundNumber: Int status: String totalSubmitted: Int totalStakes: Int totalAtStake: Float
  models: [ModelData] }}
type ModelData {{ id: ID modelName: String selectedStakeValue: Nmr payoutPending: Nmr
  v2Corr20: Float v2Corr20Percentile: Float mmc: Float mmcPercentile: Float bmc: Float bmcPercentile: Float
  fncV3: Float fncV3Percentile: Float corr60: Float corr60Percentile: Float mmc60: Float
  mmc60Percentile: Float corrWMetaModel: Float corrWMetaModelPercentile: Float }}
type V3UserProfile {{ id: ID username: String startDate: Time bio: String linkText: String linkUrl: String
  nmrStaked: Nmr stakeValue: Nmr dailyModelPerformances: [DailyModelPerformance]
  latestRanks: LatestRanks latestReps: LatestReps }}
type LatestRanks {{ corr20V2: Int mmc: Int bmc: Int fncV3: Int corr60: Int mmc60: Int }}
type LatestReps {{ corr20V2: Float mmc: Float bmc: Float fncV3: Float corr60: Float mmc60: Float }}
type DailyModelPerformance {{ date: Time corrRep: Float corrRank: Int mmcRep: Float mmcRank: Int fncRep: Float
  fncRank: Int fncV3Rep: Float fncV3Rank: Int tcRep: Float tcRank: Int }}
type LeaderboardModel {{ modelId: ID username: String rank: Int nmrStaked: Nmr team: Boolean corr20Rep: Float
  corr20V2Rep: Float corj60Rep: Float fncRep: Float fncV3Rep: Float tcRep: Float mmcRep: Float bmcRep: Float
  corr60Rep: Float mmc60Rep: Float return_1_day: Float return_13_weeks: Float return_52_weeks: Float }}
type AccountLeaderboardEntry {{ username: String displayName: String rank: Int nmrStaked: Nmr v2Corr20: Float
  cort20: Float corJ60: Float corrV4: Float fncV4: Float fncV3: Float icV2: Float mmc: Float bmc: Float
  ric: Float corr60: Float mmc60: Float return3m: Float return1y: Float returnAllTime: Float
  return3mNmr: Nmr return1yNmr: Nmr returnAllTimeNmr: Nmr }}
type ModelPayouts {{ actual: [ModelPayout] pending: [ModelPayout] }}
type ModelPayout {{ roundId: ID roundNumber: Int roundResolveTime: Time modelId: ID modelName: String
  modelDisplayName: String payoutNmr: Nmr payoutValue: Nmr currencySymbol: String }}
type ComputePickleChoice {{ id: ID name: String }}
type ComputePickleUpload {{ id: ID filename: String modelId: ID insertedAt: Time }}
type StakeChange {{ id: ID dueDate: Time requestedAmount: Nmr status: String type: String drain: Boolean }}
type V3StakeAuth {{ authorizationSigner: String authorizationDigest: String chainId: Int deadline: String
  maxAmount: String modelId: ID nmrAddress: String nonce: String roundId: String signature: String
  staker: String stakingAddress: String submissionId: ID submissionHash: String tournamentId: String }}
type V3StakeClaim {{ apiModelId: ID burnAmountWei: String merkleRoot: String modelId: ID
  payoutAmountWei: String proof: [String] roundId: String staker: String submissionId: ID
  tournamentId: String }}
type V3StakeConfig {{ address: String authorizationSigner: String nmrAddress: String owner: String
  paused: Boolean pendingOwner: String serviceWallet: String }}
type V3StakeRound {{ closeTime: Time merkleRoot: String openTime: Time payoutFactor: String
  remainingBurn: String remainingPayout: String resolveTime: Time resolved: Boolean roundId: String
  stakeCap: String stakeThreshold: String state: String totalPayout: String totalStaked: String
  tournamentId: String }}
type EraDiagnostics {{ era: String {" ".join(f"{name}: Float" for name in PER_ERA)} }}
type V2Diagnostics {{ id: ID filename: String insertedAt: Time updatedAt: Time status: String message: String
  trainedOnVal: Boolean erasAcceptedCount: Int examplePredsCorrMean: Float
  perEraDiagnostics: [EraDiagnostics] {" ".join(f"{name}: Float" for name in [*AGGREGATES, *SINGLE])} }}
"""
