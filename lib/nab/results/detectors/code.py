"""What a program does, by its syntax: library, model, targets, features, cross-validation; functions and complexity."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from hashlib import sha256

import msgspec

LARGEST = 256 << 10  # characters of a program that is looked into
LIBRARIES = {
    "lightgbm": "lightgbm", "xgboost": "xgboost", "catboost": "catboost", "sklearn": "sklearn", "torch": "torch",
    "tensorflow": "keras", "keras": "keras", "cuml": "cuml", "statsmodels": "statsmodels",
}  # fmt: skip
MODELS = re.compile(
    r"(?:LGBM|XGB|CatBoost)\w*|(?:Ridge|Lasso|ElasticNet|LinearRegression|MLP\w+|\w*RandomForest\w*|ExtraTrees\w+|"
    r"HistGradientBoosting\w+|GradientBoosting\w+|PLSRegression|KNeighbors\w+|SVR|BayesianRidge"
    r"|Transformer\w*|LSTM|GRU|Sequential|Linear)"
)
SPLITS = re.compile(
    r"\w*(?:KFold|ShuffleSplit|TimeSeriesSplit\w*|train_test_split|EraSplit\w*|era_?split\w*|purged\w*)",
    re.IGNORECASE,
)
TARGETS = re.compile(r"target(?:_\w+)?")
SETS = frozenset({"small", "medium", "all", "fncv3", "intelligence", "charisma", "strength", "dexterity",
                  "constitution", "wisdom", "agility", "serenity", "sunshine", "rain",
                  "midnight", "faith"})  # fmt: skip
DERIVING = frozenset(
    {
        "diff",
        "rolling",
        "shift",
        "rank",
        "PolynomialFeatures",
        "PCA",
        "neutralize",
        "groupby",
        "TruncatedSVD",
        "agg",
    }
)
NAME = re.compile(r"(?!feature_)[A-Za-z0-9_.]{1,60}")
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.match_case,
    ast.Assert,
)


class Family(msgspec.Struct, frozen=True, order=True):
    """What a candidate is made by."""

    library: str = ""
    model: str = ""
    targets: str = ""
    features: str = ""
    splits: str = ""

    @property
    def words(self) -> str:
        return (
            ", ".join(filter(None, (self.library, self.model, self.targets, self.features, self.splits)))
            or "unknown"
        )

    @property
    def id(self) -> str:
        """Twelve digits that two programs share which differ in numbers alone."""
        return sha256(msgspec.json.encode(self)).hexdigest()[:12]

    def named(self) -> Family:
        """Leave out whatever may be a program's own words: columns one by one, names that no library's are like."""
        kept = (
            joined({name for name in getattr(self, one).split("+") if NAME.fullmatch(name)})
            for one in self.__struct_fields__
        )
        return Family(*kept)


def parsed(text: str) -> ast.Module | None:
    """Parse a program; None for what is none, or is too large. Its author is an agent: nothing of it raises."""
    if len(text) > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def python(path: str, text: str) -> str:
    """Return the Python of a file: of a notebook the cells of code, one after the other; nothing of other files."""
    if path.endswith(".py"):
        return text
    if not path.endswith(".ipynb"):
        return ""
    try:
        book = msgspec.json.decode(text)
        cells = [one["source"] for one in book["cells"] if one.get("cell_type") == "code"]
        lines = ["".join(one) if isinstance(one, list) else str(one) for one in cells]
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return "\n".join(line for cell in lines for line in cell.splitlines() if not line.startswith(("%", "!")))


def family(text: str) -> Family | None:
    """Return what a program makes; None where it makes no model."""
    tree = parsed(text)
    if tree is None:
        return None
    names, strings = set(called(tree)), set(written(tree))
    libraries = {LIBRARIES[one] for one in imported(tree) if one in LIBRARIES}
    models = {one.rpartition(".")[2] for one in names if MODELS.fullmatch(one.rpartition(".")[2])}
    models |= {one for one in names if one in {"lgb.train", "xgb.train", "lightgbm.train", "xgboost.train"}}
    models |= {"Module" for one in bases(tree) if one.rpartition(".")[2] == "Module"}  # a class of torch's
    if not models:
        return None
    return Family(
        library=joined(libraries - {"sklearn"} or libraries),  # which splits for everybody
        model=joined(models),
        targets=joined({one for one in strings if TARGETS.fullmatch(one)}),
        features=features(tree),
        splits=joined({one.rpartition(".")[2] for one in names if SPLITS.fullmatch(one.rpartition(".")[2])}),
    )


def features(tree: ast.Module) -> str:
    """Return which features a program uses or makes: sets by name, columns by name, ways to derive new ones."""
    strings, names = set(written(tree)), {one.rpartition(".")[2] for one in called(tree)}
    sets = strings & SETS
    columns = {
        one
        for one in strings
        if re.fullmatch(r"feature_\w+", one) and one not in ("feature_sets", "feature_stats")
    }
    return joined(sets | columns | (names & DERIVING))


def joined(names: set[str]) -> str:
    """Write a set of names, always in the same way."""
    return "+".join(sorted(names))


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the first names of what is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def called(tree: ast.AST) -> Iterator[str]:
    """Yield the names of what is called: `lgb.train`, `KFold`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func)


def bases(tree: ast.AST) -> Iterator[str]:
    """Yield the names of what classes are made from: `nn.Module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from map(dotted, node.bases)


def dotted(node: ast.expr) -> str:
    """Write a name as it stands; of what is no name, the last part."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def written(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that a program holds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def complexities(text: str) -> list[int]:
    """Return McCabe's complexity of every function of a program."""
    tree = parsed(text)
    if tree is None:
        return []
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [1 + sum(decisions(node) for node in ast.walk(one)) for one in found]


def decisions(node: ast.AST) -> int:
    """Count the ways that a node adds."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    return int(isinstance(node, BRANCHES))
