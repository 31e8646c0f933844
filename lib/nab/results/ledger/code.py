"""Which kind of model a script makes: library, class, targets, feature sets and cross-validation, from its syntax."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

RULES = 1  # the version of all that is below
LONGEST = 256 << 10  # bytes of a script that are read
LIBRARIES = {"lightgbm", "xgboost", "catboost", "sklearn", "torch", "tensorflow", "keras", "numerai_tools"}
MODELS = {
    "train", "cv", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "LinearRegression",
    "LogisticRegression", "SGDRegressor", "SVR", "LinearSVR", "KernelRidge", "PLSRegression", "Sequential", "Model",
}  # fmt: skip
OF_MODELS = ("Regressor", "Classifier", "Ranker")
NO_MODELS = {"train_test_split"}
TARGET = re.compile(r"target(?:_[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z0-9_.]{1,60}")  # whatever else a script says is its own words: no export has them
SPLITS = "sklearn.model_selection"
PURGED = re.compile(r"purg|embargo", re.IGNORECASE)


class Family(NamedTuple):
    """What a script makes. Two scripts of one family differ in numbers alone."""

    library: str
    model: str
    targets: str
    features: str
    validation: str

    @property
    def id(self) -> str:
        return sha256(json.dumps(self).encode()).hexdigest()[:12]


@dataclass
class Script(ast.NodeVisitor):
    """What is found on a walk through a script."""

    names: dict[str, str] = field(default_factory=dict)  # a name here, and what it was imported as
    models: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)
    validation: set[str] = field(default_factory=set)

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            self.names[one.asname or one.name.partition(".")[0]] = (
                one.name if one.asname else one.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for one in node.names:
            self.names[one.asname or one.name] = f"{node.module or ''}.{one.name}"

    def visit_Call(self, node: ast.Call) -> None:
        name = self.dotted(node.func)
        library, _, last = name.partition(".")[0], *name.rpartition(".")[1:]
        if library in LIBRARIES and last not in NO_MODELS and (last in MODELS or last.endswith(OF_MODELS)):
            self.models.add(f"{library}.{last}")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any(
            self.dotted(base) in {"torch.nn.Module", "keras.Model", "tensorflow.keras.Model"}
            for base in node.bases
        ):
            self.models.add(self.dotted(node.bases[0]).partition(".")[0] + ".Module")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and TARGET.fullmatch(node.value):
            self.targets.add(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        match node.slice:
            case ast.Constant(value=str(name)) if names_feature_sets(node.value):
                self.features.add(name)
            case _:
                pass
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        full = self.names.get(node.id, "")
        if full.startswith(f"{SPLITS}."):
            self.validation.add(full.rpartition(".")[2])
        if PURGED.search(node.id):
            self.validation.add("purged")

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg and PURGED.search(node.arg):
            self.validation.add("purged")
        self.generic_visit(node)

    def dotted(self, node: ast.expr) -> str:
        """Return what a name stands for, as it was imported; empty for anything else."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.names.get(node.id, node.id), *reversed(parts)])


def names_feature_sets(node: ast.expr) -> bool:
    """Say whether an expression is the feature sets of Numerai's features.json."""
    match node:
        case ast.Subscript(slice=ast.Constant(value="feature_sets")):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "feature_sets"
        case _:
            return False


def family(source: bytes, *, notebook: bool = False) -> Family | None:
    """Return the family of a script; None for one that makes no model, and for what is no Python."""
    try:
        text = source[:LONGEST].decode("utf-8", "replace")
        tree = parsed(cells(text) if notebook else text)
        script = Script()
        for found in (one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom)):
            script.visit(found)
        script.visit(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not script.models:
        return None
    libraries = {one.partition(".")[0] for one in script.models}
    models = {one.partition(".")[2] for one in script.models}
    told = (libraries, models, script.targets, script.features, script.validation)
    return Family(*(" ".join(sorted(filter(NAME.fullmatch, one))) for one in told))


def parsed(text: str) -> ast.Module:
    """Parse a script, without a word to the terminal of what it thinks of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def cells(text: str) -> str:
    """Return the code of a notebook; what is for IPython alone is left out."""
    found = json.loads(text)
    lines: list[str] = []
    there = found.get("cells") if isinstance(found, dict) else None
    for cell in there if isinstance(there, list) else []:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            code = "".join(map(str, source)) if isinstance(source, list) else str(source)
            lines += [line for line in code.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return "\n".join(lines)
