"""A metric is one row of nab.core.scores.metrics: no other module, page or prompt spells the name of one."""

import re

import pytest
from msgspec import structs

from nab import prompts
from nab.core.scores.metrics import METRICS, OBJECTIVES, RANKED
from nab.edges.numerai.api import RoundModel
from support.repository.benches import REPOSITORY
from support.repository.rooms import LIB

NAMES = sorted({word for one in METRICS for word in (one.name, one.title, one.key)})
SPELT = re.compile(rf"\b({'|'.join(NAMES)})\b")
TABLE = LIB / "nab/core/scores/metrics.py"
PLACES = [
    *(path for room in ("core", "actions", "site", "prompts") for path in (LIB / "nab" / room).rglob("*")),
    *(LIB / "nab").glob("*.py"),
]


def test_no_metric_is_named_outside_the_table():
    texts = [path for path in PLACES if path.suffix in {".py", ".md", ".html"} and path != TABLE]
    offenders = [
        f"{path.relative_to(LIB)}:{number}: {found[1]}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := SPELT.search(line))
    ]

    assert len(texts) > 200
    assert offenders == [], f"ask {TABLE.relative_to(LIB)} instead"


def test_what_is_asked_of_a_round_has_every_metric_that_models_are_ranked_by():
    assert set(RANKED) <= {field.name for field in structs.fields(RoundModel)}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_whatever_may_be_asked_of_agents_can_be_told_to_them_and_is_documented(name):
    documented = (REPOSITORY / "docs/operations.md").read_text(encoding="utf-8")

    assert f"`{name}`" in documented
    assert prompts.GAPS[OBJECTIVES[name].horizon] > 0
    assert OBJECTIVES[name].title in prompts.objective(name, "nab_codex_l3")
