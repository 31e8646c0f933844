"""A run is named by as little as tells it apart."""

import pytest

from nab.core.errors import USAGE, NabError
from nab.core.runs import choice

OLD, NEW = "2026-05-15T130207Z-codex-l3", "2026-05-16T130207Z-codex-l4"
RUNS = [OLD, "2026-05-15T140000Z-claude-l3", NEW]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("", NEW), (OLD, OLD), ("2026-05-16", NEW), ("claude", RUNS[1]), ("codex-l3", OLD)],
)
def test_a_run_is_the_newest_its_name_or_what_only_its_name_has(given, meant):
    assert choice.named(RUNS, given) == meant


def test_what_a_name_begins_with_counts_before_what_is_in_it():
    assert choice.named(["b-a", "a-b"], "a") == "a-b"


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ("2026-05-15", "'2026-05-15' fits 2 runs", "claude-l3"),
        ("gemini", "no run 'gemini'", NEW),
        ("../etc", "no run '../etc'", NEW),
    ],
)
def test_what_fits_none_or_several_is_one_sentence_with_the_choices(given, said, hint):
    with pytest.raises(NabError) as raised:
        choice.named(RUNS, given)

    assert (raised.value.message, raised.value.exit_code) == (said, USAGE)
    assert hint in raised.value.hint


@pytest.mark.parametrize("given", ["", "codex"])
def test_without_a_run_it_is_told_how_to_start_one(given):
    with pytest.raises(NabError) as raised:
        choice.named([], given)

    assert "make run" in raised.value.hint
