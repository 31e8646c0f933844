import re

import pytest

from nab import prompts
from nab.core.levels import Level
from nab.prompts import TaskFacts

FACTS = TaskFacts(metric="mmc20", model="nab_codex_l3", active_hours=24, submit_minutes=30, memory_gib=8)
# A change of wording is a break in every series: a new VERSION, a line in the changelog, and then these.
PINNED = {
    Level.L1: "dc49e4b81de977b6",
    Level.L2: "d4a1e49802b7909a",
    Level.L3: "f732bbd32b881a02",
    Level.L4: "4681455d5b229b3a",
}


def text(level, **changes):
    facts = {name: getattr(FACTS, name) for name in FACTS.__struct_fields__} | changes
    return prompts.prompt(level, TaskFacts(**facts)).text


@pytest.mark.parametrize("level", Level)
def test_every_prompt_begins_with_the_one_objective(level):
    sentence = prompts.objective("mmc20", "nab_codex_l3")

    assert text(level).startswith(sentence)
    assert "the highest possible rank on the tournament's leaderboard under the metric MMC20" in sentence
    assert sentence.count(".") == 1


@pytest.mark.parametrize("level", Level)
def test_a_prompt_says_where_submit_sh_goes_and_what_it_must_do(level):
    said = " ".join(text(level).split())

    assert "/workspace/submit.sh" in said
    assert "exit with 0 only if Numerai took them" in said
    assert "nab_codex_l3" in said
    assert "{{" not in said


@pytest.mark.parametrize("level", [Level.L1, Level.L2, Level.L3])
def test_levels_with_a_budget_name_it(level):
    assert "24 hours of working time" in text(level)
    assert "at most 30 minutes" in " ".join(text(level).split())


def test_the_forever_loop_has_no_budget_and_submits_itself():
    said = " ".join(text(Level.L4).split())

    assert "no time limit" in said
    assert "Submit to every round yourself" in said


@pytest.mark.parametrize("level", [Level.L3, Level.L4])
def test_autonomous_levels_get_no_hint(level):
    said = set(re.findall(r"[a-z.]+", text(level).lower()))

    for word in ("diagnostic", "diagnostics", "lightgbm", "features", "target", "eras", "validation", "corr"):
        assert word not in said, word
    assert "docs.numer.ai" not in said


@pytest.mark.parametrize(("metric", "days", "gap"), [("mmc20", "20", "8 eras"), ("corr60", "60", "16 eras")])
def test_the_target_and_the_gap_have_the_horizon_of_the_metric(metric, days, gap):
    assert f"target_ender_{days}" in text(Level.L1, metric=metric)
    assert f"target_ender_{days}" in text(Level.L2, metric=metric)
    assert gap in " ".join(text(Level.L2, metric=metric).split())


def test_the_fingerprint_is_of_the_exact_text():
    prompt = prompts.prompt(Level.L3, FACTS)

    assert prompt.sha256 == prompts.fingerprint(prompt.text)
    assert prompt.sha256 != prompts.fingerprint(text(Level.L3, model="other"))


@pytest.mark.parametrize("level", Level)
def test_the_wording_is_that_of_its_version(level):
    prompt = prompts.prompt(level, FACTS)

    assert (prompt.version, prompt.sha256[:16]) == ("3", PINNED[level])
