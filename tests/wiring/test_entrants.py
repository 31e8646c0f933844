"""An entrant is an agent, a level and a replica: whoever puts the first two together knows of the third."""

import ast

import pytest

from support.repository.benches import REPOSITORY

MODULES = [path for top in ("lib", "scripts") for path in (REPOSITORY / top).rglob("*.py")]
BOTH, THIRD = {"agent", "level"}, {"replica", "choice", "Choice"}


def words(function):
    """Return the names, attributes and arguments that a function speaks of."""
    for node in ast.walk(function):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=word):
                yield word


def forgets_the_replica(function):
    said = set(words(function))
    return said >= BOTH and not said & THIRD


def offenders(tree):
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(function.name, function.lineno) for function in functions if forgets_the_replica(function)]


def test_nobody_takes_an_agent_and_a_level_for_an_entrant():
    speak_of_both = [path for path in MODULES if all(word in path.read_text() for word in BOTH)]
    found = {
        str(path.relative_to(REPOSITORY)): offenders(ast.parse(path.read_text())) for path in speak_of_both
    }

    assert speak_of_both
    assert {name: where for name, where in found.items() if where} == {}


@pytest.mark.parametrize(
    "code",
    [
        "def hint(run): return f'AGENT={run.agent} LEVEL={run.level}'",
        "def chosen(config, agent, level): return config.find(agent, level)",
        "def made(run): return Told(agent=run.name, level=4)",
    ],
)
def test_who_forgets_the_replica_would_be_found(code):
    assert offenders(ast.parse(code))
