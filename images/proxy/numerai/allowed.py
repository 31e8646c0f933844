"""What may be asked of Numerai (docs/policy.md). Whatever is not in these tables is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from queries.documents import Document
from queries.field_names import plain
from queries.selections import Field
from refused import Refused

from numerai import tournaments

MOST_ROOTS = 20
ID_DIGITS = 32


def names(text: str) -> frozenset[str]:
    return frozenset(plain(name) for name in text.split())


@dataclass(frozen=True)
class Rule:
    """What one root field takes: its arguments, whether the agent's model has to be named, what lies below.

    `below` is None where anything but NEVER may be read.
    """

    arguments: frozenset[str] = frozenset()
    mine: bool = False
    below: frozenset[str] | None = None


PAGE = "limit offset orderBy direction filterBy tournament"
ROUNDS = (
    "lastNRounds roundNumberEq roundNumberGte roundNumberLte resolvedOnly submittedOnly scoredWithinLastNDays"
)
SUBMISSION = (
    "id filename selected status insertedAt errorInfo triggerId sourcePlatform round number tournament openTime "
    "closeTime closeStakingTime roundNumber roundOpen roundClose roundCloseStaking timestamp"
)
MODEL = names(f"name tournament submissions latestSubmissions {SUBMISSION}")

QUERIES: dict[str, Rule] = {
    "__typename": Rule(),
    "__schema": Rule(),
    "__type": Rule(names("name")),
    "accountLeaderboard": Rule(names(PAGE)),
    "accountProfile": Rule(
        names("username tournament"), below=names("models id displayName name tournament")
    ),
    "dataset": Rule(names("filename round tournament"), below=frozenset()),
    "listDatasets": Rule(names("round tournament"), below=frozenset()),
    "pipelineStatus": Rule(names("date tournament")),
    "roundDetails": Rule(names("roundNumber tournament")),
    "rounds": Rule(names("tournament number target status limit")),
    "submissionScores": Rule(
        names(f"modelId displayName version day resolved tournament distinctOnRound {ROUNDS}")
    ),
    "tournaments": Rule(),
    "v2Leaderboard": Rule(names(PAGE)),
    "v2RoundModelPerformances": Rule(names(f"modelId tournament {ROUNDS}")),
    "v3UserProfile": Rule(names("modelName tournament")),
    "account": Rule(below=MODEL | names("models")),
    "diagnostics": Rule(names("id modelId"), mine=True),
    "diagnosticsUploadAuth": Rule(
        names("filename tournament modelId"), mine=True, below=names("filename url")
    ),
    "model": Rule(names("modelId"), mine=True, below=MODEL),
    "submissionDownloadAuth": Rule(names("id"), below=names("filename url")),
    "submissions": Rule(names("modelId"), mine=True, below=MODEL),
    "submissionUploadAuth": Rule(
        names("filename tournament modelId"), mine=True, below=names("filename url")
    ),
}
MUTATIONS: dict[str, Rule] = {
    "createDiagnostics": Rule(names("filename tournament modelId"), mine=True, below=names("id")),
    "createSubmission": Rule(
        names("filename tournament modelId triggerId source dataDatestamp version"),
        mine=True,
        below=names("id"),
    ),
}
RULES: dict[str, Mapping[str, Rule]] = {
    "query": {plain(name): rule for name, rule in QUERIES.items()},
    "mutation": {plain(name): rule for name, rule in MUTATIONS.items()},
}
BELOW_ARGUMENTS = names(f"latestNRounds includeDeprecated name limit offset tournament displayName {ROUNDS}")
NEVER = ("token", "wallet", "webhook", "email", "secret", "password", "mfa", "apikey", "txn", "pickle")
UNREADABLE = frozenset({"account", "owner", "user"})
SCHEMA = names("__schema __type")


@dataclass(frozen=True)
class Mine:
    """Whose calls these are: the model's id, and the ids and names of the account's other models."""

    model: str
    others: frozenset[str] = frozenset()

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(other for other in self.others if is_id(other))

    def names_another(self, text: str) -> bool:
        """Say whether a text is, or has in it, another model's."""
        spelt = bare(text)
        return spelt in self.others or (len(spelt) >= ID_DIGITS and any(other in spelt for other in self.ids))


def bare(text: str) -> str:
    """Write an id or a name as it is compared: an id may come in capitals, without dashes, in braces."""
    spelt = text.strip().casefold()
    digits = "".join(letter for letter in spelt if letter in "0123456789abcdef")
    if len(digits) == ID_DIGITS:
        return digits
    return spelt.replace("-", "") if len(digits) > ID_DIGITS else spelt


def is_id(text: str) -> bool:
    return len(text) == ID_DIGITS and all(letter in "0123456789abcdef" for letter in text)


def judge(document: Document, mine: Mine, submissions: Iterable[str]) -> None:
    """Raise Refused for what the agent may not ask. `submissions` are the ids that it was told as its own."""
    if document.operation == "mutation" and len(document.roots) > 1:
        raise Refused("operation", "a mutation has one field")
    if not 0 < len(document.roots) <= MOST_ROOTS:
        raise Refused("document", f"a query has one to {MOST_ROOTS} fields at its root")
    for root in document.roots:
        rule = RULES[document.operation].get(root.name)
        if rule is None:
            raise Refused("operation", f"{document.operation} {root.node.name.value[:60]} is not allowed")
        judge_arguments(root, rule, mine, frozenset(submissions))
        judge_below(root, rule)
    if any(mine.names_another(text) for text in document.texts):
        raise Refused("model", "the call names a model that is not yours")


def judge_arguments(root: Field, rule: Rule, mine: Mine, submissions: frozenset[str]) -> None:
    """Look at the arguments of a root field."""
    spelt = root.node.name.value
    if unknown := set(root.arguments) - rule.arguments:
        raise Refused("argument", f"{spelt} takes no {min(unknown)[:40]}")
    if rule.mine and not is_exactly(root.arguments.get("modelid"), mine.model):
        raise Refused("model", f"{spelt} needs modelId, and it has to be your own model's")
    tournaments.judge(root, must_be_said=rule.mine and "tournament" in rule.arguments)
    if root.name == "submissiondownloadauth" and root.arguments.get("id") not in submissions:
        raise Refused(
            "submission", "only your own submissions are downloaded; list them first (submission_ids)"
        )


def is_exactly(value: object, wanted: str) -> bool:
    return type(value) is str and bool(wanted) and value == wanted


def judge_below(root: Field, rule: Rule) -> None:
    """Look at everything that is asked of a root field."""
    for field in root.all_below():
        spelt = field.node.name.value[:60]
        if unknown := set(field.arguments) - BELOW_ARGUMENTS:
            raise Refused("argument", f"{spelt} takes no {min(unknown)[:40]}")
        tournaments.judge(field)
        if field.name == "typename" or root.name in SCHEMA:
            continue
        closed = rule.below is not None and field.name not in rule.below
        if closed or field.name in UNREADABLE or any(word in field.name for word in NEVER):
            raise Refused("field", f"{root.node.name.value}: {spelt} is not for you to read")
    if root.name == "account" and any(field.name not in {"models", "typename"} for field in root.below):
        raise Refused("field", "account: only models are for you to read")
