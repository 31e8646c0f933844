"""How models rank in a round, as the local tournament tells of it and as we keep it."""

from __future__ import annotations

import json

import pytest

from nab.actions.reports import explanations
from nab.core.levels import Level
from nab.core.overview import ranks
from nab.core.text.tables import plain

DETAILS = """query($n: Int!, $t: Int!) {roundDetails(roundNumber: $n, tournament: $t)
    {status totalSubmitted totalStakes totalAtStake
     models {modelName mmc mmcPercentile v2Corr20 payoutPending selectedStakeValue}}}"""


@pytest.mark.parametrize("later", [10 * 12, 10 * 70], ids=["soon after", "when the round has resolved"])
def test_ranks_are_kept_when_the_20_day_scores_are_final_and_not_before(quiet, later):
    names = [quiet.enrol("codex", Level.L4), quiet.enrol("baseline", Level.L3)]
    number = quiet.to_a_fresh_round()
    quiet.tick()
    for name in names:
        quiet.upload(name)
    quiet.tick()
    quiet.advance(quiet.until("closes_on_time") + 10 * 10)
    quiet.fetch_scores()
    assert 0 < quiet.row(names[0], number).scores["mmc"].day < 20
    assert "round.ranked" not in quiet.kinds()

    quiet.advance(later)
    for _ in range(2):
        quiet.fetch_scores()

    found = ranks.kept(quiet.bench.log.events())
    assert sorted(found) == sorted((name, number) for name in names)
    (details,) = quiet.client().raw_query(DETAILS, {"n": number, "t": 8})["data"].values()
    rows = {row["modelName"]: row for row in details["models"]}
    assert details["totalSubmitted"] == len(rows)
    for name in names:
        told = found[name, number].places
        model = quiet.bench.standings().enrolments[name].enrolled.model
        for metric, field in (("mmc", "mmc"), ("v2_corr20", "v2Corr20")):
            values = sorted((row[field] for row in rows.values()), reverse=True)
            assert told[metric].rank == values.index(rows[model][field]) + 1
            assert told[metric].of == len(rows)
        # The same order as Numerai's own percentiles.
        ahead = sum(row["mmcPercentile"] > rows[model]["mmcPercentile"] for row in rows.values())
        assert told["mmc"].rank == ahead + 1
        said = plain(explanations.show_entrant(explanations.of_entrant(quiet.bench, number, name)))
        assert f"MMC20 {told['mmc'].rank} of {len(rows)}" in said


def test_a_tick_registers_a_season_of_claims_before_its_first_score_and_scores_leave_it_as_it_was(quiet):
    names = [quiet.enrol("baseline", Level.L3), quiet.enrol("codex", Level.L3, model="nab_codex_l4")]
    before = quiet.to_a_fresh_round()
    quiet.tick()
    number = quiet.to_a_fresh_round()
    quiet.tick()
    for name in names:
        quiet.upload(name)
    quiet.advance(quiet.until("closes_on_time") + 10 * 30)
    assert quiet.script("fetch_scores.py").returncode == 0

    claims = quiet.script("claims.py", "--json")
    found = json.loads(claims.stdout)
    assert claims.returncode == 0, claims.stderr
    assert [(one["name"], one["first"]) for one in found["families"]] == [(f"l3-{before + 1}", number)]
    assert found["families"][0]["control"] == f"2026-05-15T090000Z-{names[0]}"
    assert found["claims"][0]["now"]["n"] == 1
    assert found["alone"] == {}
    assert quiet.kinds().index("claim.registered") < quiet.kinds().index("score.seen")
    refused = quiet.script("register.py", "--season", str(number))
    assert refused.returncode == 2
    assert f"l3-{number}: rounds {number} to {number + 259}" in quiet.script("results.py").stdout
    assert "Nothing can be said yet." in quiet.script("claim.py", "--id", f"l3-{number}.1").stdout
