"""What is installed is whole: a wheel in an environment of its own, scripts/ and images/ beside it, and no checkout.

The local tournament needs the wheel alone.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from nab.core.errors import NabError
from nab.paths import installation
from support.repository.benches import REPOSITORY
from support.repository.rooms import LIB

pytestmark = pytest.mark.full
DATA = {".toml", ".md", ".html", ".txt", ".css", ".js", ".svg"}
HELP = """
import runpy, sys
from pathlib import Path
import nab, nab.config, nab.paths
from click.testing import CliRunner

root = Path(sys.argv[1])
assert Path(nab.__file__).is_relative_to(root / ".venv"), nab.__file__
assert nab.paths.installation() == root, nab.paths.installation()
for script in sorted((root / "scripts").glob("*.py")):
    sys.path[0] = str(script.parent)
    told = CliRunner().invoke(runpy.run_path(str(script))["main"], ["--help"])
    print(script.name, told.exit_code, told.exception or "")
"""
BUILD = """
import runpy
from click.testing import CliRunner

CliRunner().invoke(runpy.run_path("scripts/build_site.py")["main"], ["--state", "state"], catch_exceptions=False)
"""
READ = """
import tomllib
from nab import prompts
from nab.actions.demo import demo
from nab.actions.usage import counting
from nab.core.levels import Level
from nab.models import work

assert tomllib.loads(counting.PRICES.read_text()) and tomllib.loads(demo.SETTINGS.read_text())
assert all(prompts.template(level.value) for level in Level)
assert work.text("submit.sh")
print("read")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of what git has of it, so that nothing lies about beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(LIB, source / "lib", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source / name)
    words = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run([sys.executable, *words, "--wheel-dir", folder, source], check=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def unpacked(wheel, root):
    """Make an environment with the wheel. The packages of the lock file are lent by our own."""
    venv.create(root / ".venv", symlinks=True)
    (packages,) = (root / ".venv").glob("lib/python3.*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return root


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """A folder with an environment and nothing else of ours."""
    return unpacked(wheel, tmp_path_factory.mktemp("bare").resolve())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An installation without a checkout."""
    root = unpacked(wheel, tmp_path_factory.mktemp("installation").resolve())
    for part in ("scripts", "images"):
        shutil.copytree(REPOSITORY / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "nab.toml", root)
    return root


def run(root, program, **env):
    """Run a program in an installation. Returns what it printed."""
    done = subprocess.run(
        [str(root / ".venv/bin/python"), "-c", program, str(root)],
        **{"cwd": root, "capture_output": True, "text": True, "env": {"PATH": "/usr/bin:/bin", **env}},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    here = [path for path in (LIB / "nab").rglob("*") if path.suffix in DATA | {".py"}]

    assert [str(path) for path in here if path.relative_to(LIB).as_posix() not in packed] == []


def test_every_script_of_an_installation_tells_its_help(installed):
    told = run(installed, HELP).splitlines()

    assert len(told) == len(list((REPOSITORY / "scripts").glob("*.py")))
    assert [line for line in told if line.split()[1] != "0"] == []


def test_an_installation_finds_its_prices_its_demo_and_its_prompts(installed):
    assert run(installed, READ) == "read\n"


def test_an_installation_writes_its_page(installed):
    run(installed, BUILD)

    assert "<html" in (installed / "site/index.html").read_text()


def told(name):
    """Return a file that docs/tournament.md shows to builders of bots."""
    page = (REPOSITORY / "docs/tournament.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```python\n(# {name}\n.*?)```", page, re.DOTALL)
    return block


def test_the_bot_and_the_test_of_the_page_for_builders_pass_where_the_wheel_is_and_no_repository(bare):
    for name in ("my_bot.py", "test_my_bot.py"):
        (bare / name).write_text(told(name), encoding="utf-8")

    program = "import sys, pytest; sys.exit(pytest.main(['-q', '-p', 'no:xdist', 'test_my_bot.py']))"
    said = run(
        bare, program, HTTP_PROXY="http://127.0.0.1:9"
    )  # a company's, which this machine is not asked through

    assert "1 passed" in said
    left = {path.name for path in bare.iterdir()} - {".venv", ".pytest_cache", "__pycache__"}
    assert left == {"my_bot.py", "test_my_bot.py", "live_1401.parquet", "live_1402.parquet"}


def test_the_tournament_is_a_program_of_the_wheel_that_needs_no_settings(wheel, bare):
    (points,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("entry_points.txt"))
    scripts = zipfile.ZipFile(wheel).read(points).decode().partition("[console_scripts]\n")[2]
    program = "import sys; from nab.tournament.__main__ import main; main(['fault', 'list'])"

    assert scripts.partition("\n\n")[0].strip().splitlines() == [
        "numerai-local-tournament = nab.tournament.__main__:main"
    ]
    assert "truncated-download:share=0.5,times=1" in run(bare, program)
    assert not (bare / "state").exists()


def test_without_scripts_and_images_the_installation_is_not_guessed(tmp_path):
    with pytest.raises(NabError, match="no scripts and images beside"):
        installation(tmp_path / "a/b/nab", tmp_path / ".venv")


def test_in_a_checkout_the_checkout_is_the_installation():
    assert installation() == Path(REPOSITORY)
