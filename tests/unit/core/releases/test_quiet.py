"""When a release may not be changed."""

from datetime import UTC, datetime, timedelta

import pytest

from nab.core.outcomes.outcomes import Outcome, Status
from nab.core.overview.overview import Row
from nab.core.releases import quiet
from nab.core.windows.rounds import BareRound, Round

OPENS = datetime(2026, 5, 16, 13, tzinfo=UTC)
WINDOW = Round(1269, OPENS, OPENS + timedelta(hours=1))
DUE = Row("codex-l4", WINDOW, Outcome(Status.OPEN), {})
SEEN = Row("codex-l4", WINDOW, Outcome(Status.VERIFIED, "on-time", submission="a"), {})


@pytest.mark.parametrize(
    ("rows", "minutes", "why"),
    [
        ([DUE], 5, "round 1269 is open until 2026-05-16 14:00 UTC, and nothing of codex-l4 is seen yet"),
        (
            [DUE],
            -10,
            "round 1269 opens at 13:00 UTC until 2026-05-16 14:00 UTC, and nothing of codex-l4 is seen yet",
        ),
        ([DUE], -20, ""),
        ([DUE], 60, ""),
        ([SEEN], 5, ""),
        (
            [SEEN, DUE],
            5,
            "round 1269 is open until 2026-05-16 14:00 UTC, and nothing of codex-l4 is seen yet",
        ),
        ([Row("codex-l4", WINDOW, Outcome(Status.OPEN), {}, owed=False)], 5, ""),
        ([Row("codex-l4", BareRound(1269), Outcome(Status.OPEN), {})], 5, ""),
        ([], 5, ""),
    ],
    ids=[
        "open and due",
        "opens soon",
        "opens later",
        "over",
        "all is seen",
        "one of two",
        "not owed",
        "no times",
        "nobody",
    ],
)
def test_a_release_stays_while_a_submission_is_due(rows, minutes, why):
    assert quiet.why_not(rows, (), OPENS + timedelta(minutes=minutes)) == why


def test_a_release_stays_while_a_submission_is_made():
    assert quiet.why_not([], ["codex-l4"], OPENS) == "submit.sh of codex-l4 is running"
