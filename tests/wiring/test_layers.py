"""Imports point one way: scripts -> actions -> (edges, site, results, tournament, models) -> core."""

import ast
import re
import subprocess
import sys

import pytest

from support.repository.rooms import LIB, dotted, imported, modules, parsed
from support.repository.scripts import SCRIPTS, help_of

FOUNDATION = {"config", "operator_files", "paths", "agents", "prompts", "providers"}
MAY_IMPORT = {
    "core": {"core"},
    **dict.fromkeys(FOUNDATION, FOUNDATION | {"core"}),
    "edges": FOUNDATION | {"core", "edges"},
    "site": {"core", "results", "site"},
    "tournament": FOUNDATION | {"core", "edges", "tournament", "cli"},  # it has commands of its own
    "models": FOUNDATION | {"core", "edges", "models", "cli"},
    "chaos": FOUNDATION | {"core", "edges", "actions", "chaos"},
    "doors": {"core", "doors", "edges", "paths"},
    "results": {"core", "results"},
    "actions": FOUNDATION | {"core", "edges", "site", "tournament", "doors", "results", "actions"},
    "cli": FOUNDATION | {"core", "edges"},
    "scripts": {
        "cli",
        "config",
        "core",
        "actions",
        "edges",
        "tournament",
        "models",
        "chaos",
        "doors",
        "results",
    },
}
CORE_MAY_USE = {"msgspec", "nab"} | set(sys.stdlib_module_names) - {
    "os",
    "subprocess",
    "socket",
    "random",
    "shutil",
}
SHADOWED = set(sys.stdlib_module_names) | {"docker", "click", "msgspec", "requests", "psutil", "nab"}
LONGEST_SCRIPT = 60


def layer(name):
    return name.split(".")[1]


def layers(path):
    """Return the layers of ours that a file imports from."""
    return {layer(name) for name in imported(path) if name.startswith("nab.")} - {"__version__"}


def test_a_module_imports_only_what_its_layer_may():
    offenders = {
        name: more
        for name, path in modules().items()
        if name != "nab" and (more := layers(path) - MAY_IMPORT[layer(name)])
    }

    assert offenders == {}


@pytest.mark.parametrize(
    "pure",
    [
        "nab.core",
        "nab.results.claims",
        "nab.results.detectors",
        "nab.results.questions",
        "nab.results.statistics",
        "nab.results.tables",
        "nab.results.verdicts",
        "nab.site.charts",
        "nab.site.gates",
        "nab.site.model",
    ],
)
def test_what_is_pure_knows_no_clock_no_files_and_no_network(pure):
    offenders = {
        name: more
        for name, path in modules().items()
        if name.startswith(pure) and (more := {one.split(".")[0] for one in imported(path)} - CORE_MAY_USE)
    }

    assert offenders == {}


def test_the_layers_are_those_there_are():
    assert {layer(name) for name in modules() if name != "nab"} == MAY_IMPORT.keys() - {"scripts"}


def test_a_script_is_a_doorway():
    long = [path.name for path in SCRIPTS if len(path.read_text().splitlines()) > LONGEST_SCRIPT]
    untold = [path.name for path in SCRIPTS if not ast.get_docstring(parsed(path))]
    deep = {path.name: more for path in SCRIPTS if (more := layers(path) - MAY_IMPORT["scripts"])}

    assert (long, untold, deep) == ([], [], {})


def test_no_script_carries_a_name_that_would_hide_a_module_from_its_neighbours():
    assert {path.stem for path in SCRIPTS} & SHADOWED == set()


def test_a_scripts_help_is_its_docstring():
    strangers = [
        path.name
        for path in SCRIPTS
        if " ".join(ast.get_docstring(parsed(path)).split()[:4]) not in " ".join(help_of(path).split())
    ]

    assert strangers == []


@pytest.mark.full
def test_importing_any_module_has_no_effect(tmp_path):
    program = f"import importlib\nfor name in {list(modules())!r}: importlib.import_module(name)"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_status_imports_nothing_slow():
    program = "import sys; import nab.cli, nab.actions.reports.status; print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    for slow in ("pandas", "numpy", "'docker'", "requests", "jinja2", "duckdb"):
        assert slow not in loaded


def test_only_the_edge_of_the_store_knows_duckdb_and_only_results_and_the_tournament_know_numpy():
    users = {
        package: {
            name
            for name, path in modules().items()
            if package in {one.split(".")[0] for one in imported(path)}
        }
        for package in ("duckdb", "numpy")
    }

    assert users["duckdb"] == {"nab.edges.store.database"}
    assert {layer(name) for name in users["numpy"]} == {"results", "tournament"}


def test_what_asks_the_store_is_imported_by_no_tick_and_no_run():
    store = ("nab.edges.store", "nab.actions.results", "nab.actions.questions")
    users = {name for name, path in modules().items() if any(one.startswith(store) for one in imported(path))}

    assert {name for name in users if not name.startswith(store)} == set()


def test_this_file_reads_imports_wherever_they_are(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import os.path\ndef f():\n    from nab.edges import clock\n    import nab.actions.bench as b\n"
    )

    assert imported(path) == {"os.path", "nab.edges", "nab.edges.clock", "nab.actions.bench"}
    assert layers(path) == {"edges", "actions"}
    assert dotted(LIB / "nab/core/__init__.py") == "nab.core"


def test_every_program_prints_through_the_guard_of_its_door():
    written = {path: path.read_text() for path in (*SCRIPTS, *LIB.rglob("commands.py"))}
    commands = {
        path: len(re.findall(r"^@\w+\.command\(", text, re.MULTILINE)) for path, text in written.items()
    }

    # What a program quotes may be anybody's: only cli.reports_errors keeps it from driving a terminal.
    assert sum(commands.values()) > 50
    assert [
        path.name for path, text in written.items() if text.count("@cli.reports_errors") < commands[path]
    ] == []


def test_only_what_lays_out_for_a_terminal_writes_past_that_guard():
    allowed = {"speech.py", "console.py", "rendering.py", "demo.py", "progress.py"}
    past = re.compile(r"speech\.lay\(|write_laid|sys\.__std|secho\(")

    assert {path.name for path in LIB.rglob("*.py") if past.search(path.read_text())} == allowed
