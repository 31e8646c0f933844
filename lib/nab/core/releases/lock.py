"""A lock file, read for one version of Python: pip judges its conditions by the Python that it runs on itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

CONDITION = re.compile(r"(python_full_version|sys_platform) (<|>=|==|!=) '([^']+)'")


def for_python(text: str, python: str) -> str:
    """Return the requirements that hold on Linux with a version of Python, without their conditions."""
    return "".join(kept(text, python))


def kept(text: str, python: str) -> Iterator[str]:
    """Yield the lines of those requirements; the hashes of one follow it, indented."""
    holds = True
    for line in text.splitlines(keepends=True):
        if not line[:1].isspace():
            requirement, _, condition = line.partition(" ; ")
            holds = not condition or is_true(condition.rstrip("\\\n "), python)
            line = f"{requirement} \\\n" if condition and line.rstrip().endswith("\\") else line  # noqa: PLW2901
        if holds:
            yield line


def is_true(condition: str, python: str) -> bool:
    """Judge a condition as `pin.sh` writes them. Raises ValueError for one of another form."""
    if not (found := CONDITION.fullmatch(condition.strip())):
        raise ValueError(f"the lock file has a condition of another form: {condition}")
    name, sign, value = found.groups()
    ours, theirs = ((python, value), ("linux", value))[name == "sys_platform"]
    if sign in {"==", "!="}:
        return (ours == theirs) is (sign == "==")
    before = tuple(map(int, ours.split("."))) < tuple(map(int, theirs.split(".")))
    return before is (sign == "<")
