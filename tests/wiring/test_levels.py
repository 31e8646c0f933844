"""A level is one row of a table and one prompt: nothing else in the code knows one by its name."""

import ast

import pytest

from nab import prompts
from nab.core import levels
from nab.core.levels import Level
from support.repository.benches import REPOSITORY
from support.repository.rooms import parsed

TABLE = REPOSITORY / "lib/nab/core/levels.py"
MODULES = [path for top in ("lib", "scripts") for path in (REPOSITORY / top).rglob("*.py") if path != TABLE]
NAMES = {written for level in Level for written in (level.value, level.value.lower())}


def names_a_level(node):
    """Say whether code names one level: Level.L3, Level["L3"], or the bare word "L3"."""
    match node:
        case ast.Attribute(value=ast.Name(id="Level") | ast.Attribute(attr="Level"), attr=attribute):
            return attribute in NAMES
        case ast.Constant(value=str(text)):
            return text in NAMES
        case _:
            return False


def test_only_the_table_of_levels_names_one():
    offenders = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if names_a_level(node)
    ]

    assert offenders == []


@pytest.mark.parametrize("code", ["x is Level.L4", "x is levels.Level.L4", 'Level["L1"]', 'x == "l2"'])
def test_a_level_named_in_code_would_be_found(code):
    assert any(names_a_level(node) for node in ast.walk(ast.parse(code)))


def test_every_level_has_a_row_and_no_row_is_left_over():
    assert list(levels.TABLE) == list(Level)


def test_every_level_has_a_prompt():
    assert [level for level in Level if not prompts.template(level.value)] == []
