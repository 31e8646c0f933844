"""Families of scripts that make models."""

import json

import pytest

from nab.results.ledger.code import family

SCRIPT = b"""
import json
import lightgbm as lgb
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit, train_test_split

feature_sets = json.load(open("features.json"))["feature_sets"]
features = feature_sets["medium"]
model = lgb.LGBMRegressor(n_estimators=2000)
model.fit(train[features], train["target_cyrusd_20"])
for part in TimeSeriesSplit(5).split(train):
    Ridge().fit(train, train["target"])
cross_validate(train, embargo=8)
"""


def test_a_script_is_known_by_what_it_makes_and_not_by_its_numbers():
    found = family(SCRIPT)

    assert found is not None
    assert found[:2] == ("lightgbm sklearn", "LGBMRegressor Ridge")
    assert found.targets == "target target_cyrusd_20"
    assert found.features == "medium"
    assert found.validation == "TimeSeriesSplit purged"
    assert family(SCRIPT.replace(b"2000", b"500")) == found
    other = family(SCRIPT.replace(b'"medium"', b'"all"'))
    assert other is not None
    assert other.id != found.id


def test_words_of_a_scripts_own_are_in_no_family():
    found = family(SCRIPT + b"feature_sets['my own words']\nfeature_sets['" + b"x" * 61 + b"']\n")

    assert found is not None
    assert found.features == "medium"


def test_a_class_of_torch_is_a_model_and_a_notebook_is_read_like_a_script():
    torch = "%matplotlib inline\nfrom torch import nn\nclass Net(nn.Module):\n    pass\n"
    book = json.dumps({"cells": [{"cell_type": "code", "source": torch.splitlines(keepends=True)}, 3]})

    found = family(book.encode(), notebook=True)
    assert found is not None
    assert (found.library, found.model) == ("torch", "Module")


@pytest.mark.parametrize(
    ("source", "notebook"),
    [(b"", False), (b"\x00", False), (b"(" * 100_000, False), (b"-" * 100_000 + b"1", False), (b"print(", False),
     (b"import pandas", False), (b"[1]", True), (b"\xff", True), (b'{"cells": 3}', True)],
)  # fmt: skip
def test_what_makes_no_model_or_is_no_python_has_none(source, notebook):
    assert family(source, notebook=notebook) is None
