import msgspec

from nab.results.detectors import code

PROGRAM = """
import lightgbm as lgb
from sklearn.model_selection import GroupKFold
features = metadata["feature_sets"]["medium"]
model = lgb.LGBMRegressor(n_estimators=100)
for a, b in GroupKFold(5).split(x, y, eras):
    model.fit(x[a], y["target_cyrusd_20"])
"""


def test_a_family_is_what_a_program_is_made_of():
    assert code.family(PROGRAM).words == "lightgbm, LGBMRegressor, target_cyrusd_20, medium, GroupKFold"
    assert code.family("print(1)") is None


def test_two_programs_that_differ_in_numbers_alone_are_of_one_family():
    first = code.family(PROGRAM)

    assert code.family(PROGRAM.replace("100", "2000")).id == first.id
    assert code.family(PROGRAM.replace("medium", "all")).id != first.id


def test_a_class_of_torch_is_a_model():
    found = code.family("from torch import nn\nclass Net(nn.Module):\n    pass\n")

    assert (found.library, found.model) == ("torch", "Module")


def test_what_may_be_a_programs_own_words_is_named_to_nobody():
    own = PROGRAM + f'z = y["feature_my_secret"].rank()\ny["target_{"x" * 60}"]\n'

    assert "feature_my_secret" in code.family(own).features
    assert code.family(own).named() == code.Family(
        library="lightgbm", model="LGBMRegressor", targets="target_cyrusd_20", features="medium+rank",
        splits="GroupKFold"
    )  # fmt: skip


def test_derived_columns_and_named_ones_are_features():
    tree = code.parsed('x = df["feature_a1"].diff()\ny = sets["small"]')

    assert code.features(tree) == "diff+feature_a1+small"


def test_a_notebook_is_its_cells_of_code():
    book = {
        "cells": [
            {"cell_type": "markdown", "source": "import x"},
            {"cell_type": "code", "source": ["%pip\n", "a = 1\n"]},
        ]
    }

    assert code.python("n.ipynb", msgspec.json.encode(book).decode()) == "a = 1"
    assert code.python("n.ipynb", "[]") == code.python("n.md", "a") == ""


def test_no_program_of_anybody_raises():
    for text in ("def (", "\x00", "(" * 10_000, "x = " + "-" * 50_000 + "1", "'\\d'", "a" * (300 << 10)):
        code.family(text)
    assert code.parsed("(" * 10_000) is None


def test_complexity_is_counted_as_mccabe_does():
    text = "def f(a):\n    if a and a > 1:\n        return [x for x in a if x]\n    return 1\n\ndef g():\n    pass\n"

    assert sorted(code.complexities(text)) == [1, 4]
