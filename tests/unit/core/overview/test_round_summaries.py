"""An outcome as a person reads it."""

import pytest

from nab.core.overview.round_summaries import OutcomeSummary, loud


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("verified late", "verified LATE"),
        ("verified on-time", "verified on-time"),
        ("pending", "pending"),
    ],
)
def test_late_is_told_apart_from_on_time_by_its_letters(outcome, said):
    assert loud(outcome) == said
    assert OutcomeSummary(outcome=outcome).loud_words == said
    assert OutcomeSummary(outcome=outcome).words == outcome
