"""Imports point one way: scripts -> actions -> (edges, results, site, tournament) -> core."""

import ast
import importlib.util
import subprocess
import sys

import pytest
from click.testing import CliRunner

from support.repository.benches import REPOSITORY

LIB = REPOSITORY / "lib"
FOUNDATION = {"config", "paths", "agents", "prompts"}
MAY_IMPORT = {
    "core": {"core"},
    **dict.fromkeys(FOUNDATION, FOUNDATION | {"core"}),
    "edges": FOUNDATION | {"core", "edges"},
    "results": FOUNDATION | {"core", "results"},
    "site": {"core", "site", "results"},
    "tournament": FOUNDATION | {"core", "edges", "tournament", "cli"},  # it has commands of its own
    "models": FOUNDATION | {"core", "edges", "models", "cli"},
    "chaos": FOUNDATION | {"core", "edges", "actions", "chaos"},
    "actions": FOUNDATION | {"core", "edges", "results", "site", "tournament", "actions"},
    "cli": FOUNDATION | {"core"},
}
CORE_MAY_USE = {"msgspec", "nab"} | set(sys.stdlib_module_names) - {
    "os",
    "subprocess",
    "socket",
    "random",
    "shutil",
}
MODULES = sorted(path for path in LIB.glob("nab/**/*.py"))
SCRIPTS = sorted((REPOSITORY / "scripts").glob("*.py"))


def name(path):
    return ".".join(path.relative_to(LIB).with_suffix("").parts).removesuffix(".__init__")


def imported(path):
    """Return every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "nab"
                else {node.module}
            )
    return found


def layers(modules):
    return {module.split(".")[1] for module in modules if module.startswith("nab.")} - {"__version__"}


@pytest.mark.parametrize("path", [path for path in MODULES if name(path) != "nab"], ids=name)
def test_a_module_imports_only_what_its_layer_may(path):
    layer = name(path).split(".")[1]

    assert layers(imported(path)) <= MAY_IMPORT[layer]


@pytest.mark.parametrize("path", [path for path in MODULES if name(path).startswith("nab.core")], ids=name)
def test_core_knows_no_clock_no_files_and_no_network(path):
    assert {module.split(".")[0] for module in imported(path)} <= CORE_MAY_USE


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_a_doorway(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 60
    assert ast.get_docstring(ast.parse(text))
    assert layers(imported(path)) <= {
        "cli",
        "config",
        "core",
        "actions",
        "edges",
        "tournament",
        "models",
        "chaos",
    }


def test_no_script_carries_a_name_that_would_hide_a_module_from_its_neighbours():
    names = {path.stem for path in SCRIPTS}

    assert not names & (
        set(sys.stdlib_module_names) | {"docker", "click", "msgspec", "requests", "psutil", "nab"}
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_scripts_help_is_its_docstring(path):
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    said = CliRunner().invoke(script.main, ["--help"]).stdout

    first = ast.get_docstring(ast.parse(path.read_text())).split()[:4]
    assert " ".join(first) in " ".join(said.split())


@pytest.mark.slow
def test_importing_any_module_has_no_effect(tmp_path):
    program = (
        f"import importlib\nfor name in {[name(path) for path in MODULES]!r}: importlib.import_module(name)"
    )

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

    for slow in ("pandas", "numpy", "'docker'", "requests", "jinja2"):
        assert slow not in loaded
