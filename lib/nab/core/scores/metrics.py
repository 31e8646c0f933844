"""The metrics that Numerai scores by: one row each. Whatever shows, asks for or waits for one asks this table."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


@dataclass(frozen=True)
class Metric:
    """A metric by Numerai's display name, and what is done with its scores; they are final on the day `horizon`.

    `shown`: results and the page have a column of it. `decides`: a round is not resolved before it is final.
    `ranked`: we count a model's place in a round by it. `objective`: nab.toml may ask agents for it. `leads`: what
    people see first: percentile and day are its, entrants are listed by it, and it is the objective by default.
    `tested`: verdicts may be given by it, where it is the objective; of any other there are intervals alone.
    """

    name: str
    title: str
    horizon: int
    _: KW_ONLY
    shown: bool = False
    decides: bool = False
    ranked: bool = False
    objective: bool = False
    leads: bool = False
    tested: bool = False

    @property
    def key(self) -> str:
        """Its name in nab.toml."""
        return self.title.lower()


# The horizon is Numerai's. The `resolved` flag tells nothing of a 20-day metric: since round 1343 it turns true on
# day 60 only.
METRICS = (
    Metric("v2_corr20", "CORR20", 20, shown=True, decides=True, ranked=True, objective=True),
    Metric(
        "mmc", "MMC20", 20, shown=True, decides=True, ranked=True, objective=True, leads=True, tested=True
    ),
    Metric("bmc", "BMC20", 20),
    Metric("fnc_v3", "FNCV3", 20),
    Metric("corr_w_meta_model", "CWMM", 20),
    Metric("corr60", "CORR60", 60, objective=True),
    Metric("mmc60", "MMC60", 60, objective=True),
)
NAMED = {one.name: one for one in METRICS}
OBJECTIVES = {one.key: one for one in METRICS if one.objective}
SHOWN = tuple(one for one in METRICS if one.shown)
DECIDING = tuple(one for one in METRICS if one.decides)
RANKED = tuple(sorted(one.name for one in METRICS if one.ranked))
(LEADING,) = (one for one in METRICS if one.leads)
