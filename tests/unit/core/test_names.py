from datetime import UTC, datetime

import pytest

from nab.core.levels import Level, Submits, submits, title
from nab.core.names import entrant_name, run_name
from nab.core.tables import table


def test_an_entrant_is_an_agent_at_a_level():
    assert entrant_name("codex", Level.L4) == "codex-l4"


def test_a_run_is_named_by_its_start_in_utc():
    assert run_name("codex-l4", datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)) == "2026-05-16T130207Z-codex-l4"


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_title_and_somebody_who_submits(level):
    assert title(level)
    assert submits(level) is (Submits.BY_AGENT if level is Level.L4 else Submits.BY_SCHEDULER)


def test_a_table_lines_its_columns_up_and_ends_no_line_in_blanks():
    text = table(("a", "title"), [("longer", "x"), ("y", "")])

    assert text.splitlines() == ["a       title", "longer  x", "y"]
