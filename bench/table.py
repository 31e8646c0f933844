"""Run the programs of bench/, keep what they print and their figures as JSON, write the table of docs/benchmarks.md.

make bench; make bench ONLY="doors pages". A program that is not run keeps its last figures, with when and where.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from nab.chaos import places
from nab.chaos.reports import markdown

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
MEASURED = REPOSITORY / "docs/measured/bench.json"
PAGE = REPOSITORY / "docs/benchmarks.md"
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->\n"
TITLES = ("program", "what", "figure", "target", "", "when and where")


def measured(program: dict[str, Any]) -> dict[str, Any]:
    """Run one program, whose lines go on to the terminal."""
    path = "lib:tests" if program.get("tests") else "lib"
    began, where = time.perf_counter(), places.words()
    child = subprocess.Popen(
        [sys.executable, "-u", HERE / f"{program['name']}.py"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": ":".join(str(REPOSITORY / part) for part in path.split(":"))},
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in child.stdout or ():
        click.echo(line, nl=False)
        lines.append(line.rstrip())
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "machine": where,
        "seconds": round(time.perf_counter() - began, 1),
        "exit_code": child.wait(),
        "rows": [row(one, "\n".join(lines)) for one in program.get("rows", ())],
        "printed": lines,
    }


def row(wanted: dict[str, str], printed: str) -> dict[str, Any]:
    """Find a row's figure in what was printed, and hold it against its target; without a figure neither is said."""
    found = re.search(wanted["find"], printed, re.MULTILINE)
    value = float(found[1]) if found else None
    target = wanted.get("target", "")
    return {"says": wanted["says"], "value": value, "target": target, "met": meets(value, target)}


def meets(value: float | None, target: str) -> bool | None:
    if value is None or not target:
        return None
    way, _, limit = target.partition(" ")
    return value <= float(limit) if way == "<=" else value >= float(limit)


def table(programs: list[dict[str, Any]], known: dict[str, Any]) -> str:
    """Lay out every program's rows, with those that were never run."""
    lines = []
    for program in programs:
        name = program["name"]
        if name not in known:
            lines.append((f"`bench/{name}.py`", "", "not run", "", "", ""))
            continue
        found = known[name]
        where = f"{found['at']}, {found['machine']}"
        if found["exit_code"]:
            lines.append((f"`bench/{name}.py`", "", f"failed ({found['exit_code']})", "", "", where))
        for one in found["rows"]:
            figure = "not printed" if one["value"] is None else f"{one['value']:g}"
            met = {True: "met", False: "NOT met", None: ""}[one["met"]]
            lines.append((f"`bench/{name}.py`", one["says"], figure, one["target"], met, where))
        if not found["rows"] and not found["exit_code"]:
            lines.append((f"`bench/{name}.py`", "see `docs/measured/bench.json`", "", "", "", where))
    return markdown(TITLES, lines)


@click.command(help=__doc__)
@click.option("--only", default="", help="Only these programs: launch proxy.")
def main(only: str) -> None:
    programs = tomllib.loads((HERE / "programs.toml").read_text())["program"]
    names = [one["name"] for one in programs]
    if unknown := set(only.split()) - set(names):
        click.echo(f"nab: no program bench/{unknown.pop()}.py; there are {', '.join(names)}", err=True)
        sys.exit(2)
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    failed = False
    for program in programs:
        if only and program["name"] not in only.split():
            continue
        click.echo(f"\nbench/{program['name']}.py")
        known[program["name"]] = measured(program)
        failed |= known[program["name"]]["exit_code"] != 0
        MEASURED.parent.mkdir(exist_ok=True)
        MEASURED.write_text(json.dumps(known, indent=1) + "\n")
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(programs, known)}\n{END}{after}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
