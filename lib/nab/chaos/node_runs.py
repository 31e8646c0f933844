"""Tests run by their names, and what became of each case, from the report that pytest writes."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as Xml

from nab.core.errors import FAILED, NabError
from nab.edges import process

PYTEST = ("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-o", "junit_family=xunit1")
SECONDS = 3 * 3600.0


@dataclass(frozen=True)
class Case:
    """One case of a test: `passed`, `failed` or `skipped`, and why."""

    test: str
    result: str
    seconds: float
    reason: str = ""

    def is_of(self, name: str) -> bool:
        """Say whether it is a case of that test, or of a test of that file."""
        return self.test == name or self.test.startswith((f"{name}[", f"{name}::"))


def run(repository: Path, tests: Collection[str]) -> list[Case]:
    """Run tests in a process of its own. Raises NabError where pytest itself did not come to its end."""
    if not tests:
        return []
    with TemporaryDirectory(prefix="nab-chaos-") as folder:
        report = Path(folder) / "report.xml"
        words = (*PYTEST, f"--basetemp={folder}/t", f"--junitxml={report}", *sorted(set(tests)))
        ended = process.run(sys.executable, *words, check=False, cwd=repository, timeout=SECONDS)
        if ended.exit_code not in {0, 1} or not report.exists():
            said = (ended.stdout + ended.stderr).strip().splitlines()[-1:] or ["it said nothing"]
            raise NabError(f"the tests did not come to their end: {said[0]}", exit_code=FAILED)
        return cases(report.read_bytes())


def cases(report: bytes) -> list[Case]:
    """Read pytest's report."""
    return [case(one) for one in Xml.fromstring(report).iter("testcase")]  # noqa: S314 - pytest wrote it for us


def case(told: Xml.Element) -> Case:
    """Read one case of it."""
    file = told.get("file", "")
    module = file.removesuffix(".py").replace("/", ".")
    inside = told.get("classname", "").removeprefix(module).strip(".")
    name = "::".join(filter(None, (file, inside.replace(".", "::"), told.get("name", ""))))
    for kind, result in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = told.find(kind)
        if found is not None:
            reason = (found.get("message") or "").strip().splitlines()[:1]
            return Case(name, result, float(told.get("time", 0)), "".join(reason))
    return Case(name, "passed", float(told.get("time", 0)))
