"""Signatures in code: habits of Kaggle's competitions, and habits that Numerai's documents teach.

A list with a version. Each is a name in the code, not a judgement of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from nab.results.detectors.records import Change, Run

VERSION = 1
KAGGLE, NUMERAI = "kaggle", "numerai"
FORMS = {
    "kaggle.shuffled_kfold": r"\bKFold\([^)\n]*shuffle\s*=\s*True",
    "kaggle.row_split": r"\btrain_test_split\(",
    "kaggle.stratified": r"\bStratified(?:KFold|ShuffleSplit|GroupKFold)\(",
    "kaggle.accuracy": r"\baccuracy_score\(|scoring\s*=\s*[\"']accuracy[\"']"
    r"|\beval_metric\s*=\s*[\"'](?:auc|accuracy|error)[\"']",
    "kaggle.rmse_selection": r"scoring\s*=\s*[\"']neg_(?:root_)?mean_squared_error[\"']"
    r"|\bbest_(?:rmse|mse|loss)\b|squared\s*=\s*False|root_mean_squared_error\(",
    "kaggle.sample_submission": r"sample_submission(?:\.csv)?\b",
    "kaggle.target_encoding": r"\bTargetEncoder\(|\btarget_encod(?:e|ing)\b",
    "kaggle.pseudo_labels": r"\bpseudo_?label(?:s|led|ing)?\b",
    "numerai.era_split": r"groups\s*=\s*[\w\[\]\"'.]*eras?\b|\bGroupKFold\(|\bera_?split"
    r"|\bTimeSeriesSplitGroups\(|unique_eras\[",
    "numerai.purged": r"\bpurg(?:e|ed|ing)\w*",
    "numerai.embargo": r"\bembargo\w*",
    "numerai.corr": r"\bnumerai_corr\w*\b|\bnumerai_tools\b",
    "numerai.neutralisation": r"\bneutrali[sz]e\w*|\bneutrali[sz]ation\b",
    "numerai.benchmark_models": r"\bbenchmark_models\b|validation_benchmark|live_benchmark|\bmeta_model\.parquet",
    "numerai.mmc": r"\bmmc\w*\b|\bcorrelation_contribution\b|\bcontribution\(",
    "numerai.bmc": r"\bbmc\w*\b",
}
COMPILED = {
    name: re.compile(form, re.IGNORECASE if "kfold" not in name else 0) for name, form in FORMS.items()
}
COMMENT = re.compile(r"(?m)(?<![\"'\w])#[^\n]*")
DOCSTRING = re.compile(r'(?s)("""|\'\'\').*?\1')


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature's first place in a run: which, when, where."""

    name: str
    at: float
    source: str

    @property
    def school(self) -> str:
        return self.name.partition(".")[0]


def read(code: str) -> Iterator[tuple[str, int]]:
    """Yield every signature of a program once, with its line; comments and docstrings say nothing of what it does."""
    bare = DOCSTRING.sub(blank, code)
    bare = COMMENT.sub("", bare)
    for name, form in COMPILED.items():
        if found := form.search(bare):
            yield name, bare.count("\n", 0, found.start()) + 1


def blank(found: re.Match[str]) -> str:
    """Keep the lines of what is left out."""
    return "\n" * found[0].count("\n")


def of_run(run: Run) -> list[Signature]:
    """Return every signature of a run once, where it was first."""
    found: dict[str, Signature] = {}
    for change in run.programs:
        for name, line in of_change(change):
            found.setdefault(name, Signature(name=name, at=change.at, source=f"{change.id}#{line}"))
    return sorted(found.values(), key=lambda one: one.at)


def of_change(change: Change) -> Iterator[tuple[str, int]]:
    """Yield the signatures of a changed program."""
    yield from read(change.text or "")
