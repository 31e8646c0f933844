"""A run's records are read and written in one place, which goes over all their segments."""

import ast
import re

import pytest

from nab.core.upkeep.sync.selection import Way, way
from nab.paths import RunPaths
from support.repository.rooms import LIB

RECORDS = ("http", "bodies", "resources", "processes", "engine_events")
ONE_PLACE = "nab/edges/files/records.py"
OF_ONE_FILE = re.compile(r"\b(files\.(lines_after|place_where|append_line|ending)|compressed\.opened)\(")
OTHERS = {  # files that are no record of a run, or copies of an agent's own files
    "nab/edges/files/files.py",
    "nab/edges/log/glances.py",
    "nab/edges/log/log_files.py",
    "nab/edges/log/repairs.py",
    "nab/edges/untrusted/tails.py",
    "nab/actions/usage/own_counts.py",
    "nab/actions/recording/sessions/copies.py",
    "nab/actions/recording/packages.py",
    "nab/actions/recording/predictions.py",
    "nab/actions/questions/auditing.py",
    "nab/actions/questions/likeness.py",
    "nab/models/ledger.py",
}
OF_A_RUN = re.compile(r"paths\b|\.run\(")
PATH_ONLY = {"parent", "name", "with_name"}


def modules():
    return {str(path.relative_to(LIB)): path.read_text(encoding="utf-8") for path in LIB.rglob("*.py")}


def test_nobody_else_reads_or_appends_to_a_file_line_by_line():
    found = {name for name, text in modules().items() if OF_ONE_FILE.search(text)}

    assert found - {ONE_PLACE} == OTHERS


def opened_alone(text):
    """Return what a module does with a record's first file itself: paths.http.open(), bench.run(name).http.stat()."""
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute))
    return [
        ast.unparse(node)
        for node in found
        if isinstance(node.value, ast.Attribute)
        and node.value.attr in RECORDS
        and OF_A_RUN.search(ast.unparse(node.value.value))
        and node.attr not in PATH_ONLY
    ]


@pytest.mark.full
def test_nobody_opens_a_record_by_its_first_file():
    assert {name: found for name, text in modules().items() if (found := opened_alone(text))} == {}


def test_this_file_finds_who_does():
    assert opened_alone("bench.run(name).http.stat().st_size") == ["bench.run(name).http.stat"]
    assert opened_alone("self.paths.processes.open()") == ["self.paths.processes.open"]
    assert opened_alone("paths.http.parent; census.processes.sort()") == []


def test_every_segment_of_every_record_goes_to_the_remote(tmp_path):
    paths = RunPaths(tmp_path / "runs" / "run")
    records = [getattr(paths, name) for name in RECORDS]
    later = [path.with_name(f"{path.stem}.segment-{9:015d}{path.suffix}") for path in records]

    ways = {way(str(path.relative_to(tmp_path)).encode()) for path in (*records, *later)}

    assert ways == {Way.GROWN}
