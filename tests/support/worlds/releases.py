"""Releases for tests: one that is really built, and others made of it, which are right as files and sick at work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from nab.edges.files import tarballs
from support.repository.benches import REPOSITORY
from support.worlds.tiny import DOCKERFILE, RECIPE

IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.org")


def built(folder: Path, agents: dict[str, str]) -> Path:
    """Build a release of this checkout's last commit, with further agents: what each does is a line of shell."""
    copy = folder / "checkout"
    subprocess.run(["git", "clone", "--quiet", "--shared", REPOSITORY, copy], check=True)
    for name, does in agents.items():
        home = copy / "images/agents" / name / "home"
        home.mkdir(parents=True)
        (home / "behave.sh").write_text(f"{does}\n")
        (home.parent / "agent.toml").write_text(RECIPE.format(parent="base"))
        (home.parent / "Dockerfile").write_text(DOCKERFILE)
    subprocess.run(["git", "-C", copy, "add", "."], check=True)
    subprocess.run(["git", "-C", copy, *IDENTITY, "commit", "--quiet", "-m", "agents of a test"], check=True)
    told = subprocess.run(
        [sys.executable, copy / "scripts/release.py", "--json", "--into", folder / "dist"],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy / "lib")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Path(json.loads(told.stdout)["tarball"])


def changed(tarball: Path, name: str, change: Callable[[Path], None]) -> Path:
    """Make another release of one: `change` gets its files in a folder."""
    folder = tarball.parent / name
    with tarfile.open(tarball) as tar:
        tar.extractall(folder, filter="data")
    change(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["id"] = f"{manifest['id']}-{name}"
    manifest["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    made = tarball.with_name(f"nab-{manifest['id']}-py{manifest['python']}.tar.gz")
    tarballs.pack(made, folder, ["manifest.json", *manifest["files"]], datetime.now(UTC))
    shutil.rmtree(folder)
    return made


def id_of(tarball: Path) -> str:
    """Name a release by its tarball."""
    return tarball.name.removeprefix("nab-").rpartition("-py")[0]


def says_more(folder: Path) -> None:
    """Change nothing that matters."""
    (folder / "docs/more.md").write_text("more\n")


def is_sick(folder: Path) -> None:
    """Let its look at itself fail."""
    (folder / "scripts/health.py").write_text("import sys\nsys.exit('it does not work')\n")


def cannot_be_read(folder: Path) -> None:
    """Let none of its programs start."""
    for path in (folder / "scripts").glob("*.py"):
        path.write_text("import a_module_that_is_missing\n")
