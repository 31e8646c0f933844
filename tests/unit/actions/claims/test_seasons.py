"""A season with a planted truth, played through the whole program."""

from dataclasses import replace

import pytest

from nab.actions.claims import seasons
from nab.results.validation import planted, played
from support.repository.benches import REPOSITORY


@pytest.mark.full
def test_a_season_says_what_is_true_for_the_reasons_that_were_planted_and_others_are_found_out(
    tmp_path, monkeypatch
):
    plan, told, found = planted.plan([seasons.SEED, 0]), seasons.told, []
    blamed = replace(plan, by_agent=plan.by_agent | plan.by_harness, by_harness=frozenset())

    def twice(bench, _, remembered):
        found.append(told(bench, blamed, remembered))
        return told(bench, plan, remembered)

    monkeypatch.setattr(seasons, "told", twice)
    season = seasons.play(REPOSITORY / "nab.toml", tmp_path, plan)

    assert list(played.failures([season])) == []
    assert 1 <= season.of(*played.PAIRS["better"]).look <= played.BY_LOOK
    assert season.remembered == seasons.REMEMBERED
    assert {one.looks for one in season.said} == {4}
    assert list(played.failures(found)) == [
        "1 of 1 seasons: rounds left out for another cause than the true one"
    ]
