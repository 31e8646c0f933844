"""Seasons of records in which somebody behaves in a way that is known: questions about them have an answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from nab.results.behaviour.research import Verdict
from nab.results.detectors.records import Call, Change, Diagnosis, Fetched, Run, Said, Submission
from nab.results.questions.studied import Leftover, Studied, Told

DAY, HOUR, DAYS, A_DAY = 86_400.0, 3600.0, 28, 8
ERAS = 20
MODELS = (
    "lightgbm.LGBMRegressor()",
    "xgboost.XGBRegressor()",
    "linear_model.Ridge()",
    "neural_network.MLPRegressor()",
)
IMPORTS = "from sklearn import linear_model, neural_network\nimport lightgbm, xgboost\n"
READS = {
    "proxy": "x = d['validationCorrMean']",
    "both": "x = d['validationCorrMean'], d['validationMmcMean']",
}


@dataclass(frozen=True)
class Planted:
    """How somebody behaves."""

    likeness: float = 0.5  # of a candidate's CORR and MMC
    picks: str = "corr"
    rises: float = 0.00003  # of a candidate's true CORR over the one before
    changes: bool = True  # what it submits
    knows: Verdict = Verdict.RESEARCHING
    diversifies: bool = False
    silent: bool = False
    reads: str = "both"
    eras: bool = False
    opens: bool = True  # pages
    leaves: bool = False  # a loop


def season(planted: Planted, seed: int) -> Studied:
    """Return a season of it."""
    draw = random.Random(seed)
    diagnoses = [*candidates(planted, draw)]
    calls, said = printed(planted)
    run = Run(
        run=f"season-{seed}",
        entrant="agent-l4",
        agent="agent",
        until=DAYS * DAY,
        sessions=tuple((day * DAY, day * DAY + 4 * HOUR) for day in range(DAYS)),
        diagnoses=tuple(diagnoses),
        submissions=tuple(submitted(planted, diagnoses)),
        changes=tuple(sorted([*programs(planted), *knowledge(planted, draw)], key=lambda one: one.at)),
        fetched=tuple(
            Fetched(
                id=f"call {day}", at=day * DAY + HOUR, category="docs", host="docs.numer.ai", text=page(day)
            )
            for day in range(DAYS if planted.opens else 0)
        ),
        calls=tuple(calls),
        said=tuple(said),
    )
    left = Leftover(id="boot:7:1", argv="python loop.py", seconds=draw.uniform(60, DAY), ended=False)
    return Studied(run, Told(leftovers=(left,) if planted.leaves else ()))


def candidates(planted: Planted, draw: random.Random) -> Iterator[Diagnosis]:
    """Yield what was diagnosed: true values that rise, and the noise of eras in them."""
    for number in range(DAYS * A_DAY):
        day, hour = divmod(number, A_DAY)
        corr = draw.gauss(0, 1)
        mmc = planted.likeness * corr + (1 - planted.likeness**2) ** 0.5 * draw.gauss(0, 1)
        level = number * planted.rises
        values = {
            "validationCorrMean": 0.02 + level + 0.0004 * corr,
            "validationMmcMean": 0.002 + level + 0.0004 * mmc,
        }
        eras = {}
        if planted.eras:
            eras = {
                "validationCorr": {
                    f"{era:04d}": values["validationCorrMean"] + draw.gauss(0, 0.001) for era in range(ERAS)
                }
            }
        at = day * DAY + 1.2 * HOUR + hour * 0.25 * HOUR
        yield Diagnosis(id=f"event {number}", at=at, sha256=f"{number:064d}", metrics=dict(values), eras=eras)


def submitted(planted: Planted, diagnoses: list[Diagnosis]) -> Iterator[Submission]:
    """Yield a submission a day: of the best by the metric that is picked by, if anything is ever changed."""
    name = {"corr": "validationCorrMean", "mmc": "validationMmcMean"}[planted.picks]
    before = ""
    for day in range(DAYS):
        known = [one for one in diagnoses if one.at < day * DAY + 3.9 * HOUR]
        best = max(known if planted.changes else known[:A_DAY], key=lambda one: one.metrics[name] or 0.0)
        if day % 2 == 0 or not before:
            chosen = best.sha256
        yield Submission(
            id=f"event {1000 + day}", at=day * DAY + 3.9 * HOUR, round=1000 + day, sha256=chosen, by="session:work",
            likeness=None if not before else 1.0 if chosen == before else 0.9,
        )  # fmt: skip
        before = chosen


def programs(planted: Planted) -> Iterator[Change]:
    """Yield the programs that make the models."""
    for day in range(DAYS):
        model = MODELS[day % len(MODELS) if planted.diversifies else 0]
        text = f"{IMPORTS}m = {model}\n{READS[planted.reads]}\n# {day}\n"
        yield Change(id=f"c{day}:train.py", at=day * DAY + 1.1 * HOUR, path="train.py", text=text)


def page(day: int) -> str:
    """Return a page that tells of six methods."""
    return " ".join(f"method_{day}_{one}()" for one in range(6))


def knowledge(planted: Planted, draw: random.Random) -> Iterator[Change]:
    """Yield the use of methods: seen on pages before, or used before any page was open, or neither."""
    seen, before = {
        Verdict.RESEARCHING: (0.85, 0.03),
        Verdict.REMEMBERING: (0.15, 0.75),
        Verdict.NOT_IDENTIFIABLE: (0.3, 0.2),
    }[planted.knows]
    for number in range(60):
        luck, day = draw.random(), draw.randrange(DAYS)
        if luck < seen:
            at, name = day * DAY + 2 * HOUR, f"method_{day}_{draw.randrange(6)}"
        elif luck < seen + before:
            at, name = HOUR / 2, f"recalled_{number}"
        else:
            at, name = day * DAY + 2 * HOUR, f"unseen_{number}"
        yield Change(id=f"k{number}:use_{number}.py", at=at, path=f"use_{number}.py", text=f"napi.{name}()")


def printed(planted: Planted) -> tuple[list[Call], list[Said]]:
    """Return ten iterations, whose buffer showed nothing but zeros where they are silent, and what was said."""
    calls = [
        Call(id=f"work/stdout:{i}", at=3 * HOUR + i * 60, until=3 * HOUR + i * 60 + 50, name="Bash", command="tail log",
             result=f"iteration {i} train corr: {0.0 if planted.silent else 0.05 + i / 1000}")
        for i in range(10)
    ]  # fmt: skip
    words = "The output is stuck at zero: it was buffered." if planted.silent else "Going on."
    return calls, [Said(id="work/stdout:99", at=3.5 * HOUR, role="assistant", text=words)]
