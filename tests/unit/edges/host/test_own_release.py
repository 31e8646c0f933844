"""A program that was started through `current` goes on as one of the release that it was started from."""

import subprocess
import sys

from support.repository.benches import REPOSITORY

PROGRAM = """
import sys
sys.path.insert(0, {lib!r})
from nab.edges.host import own_release
own_release.hold()
print(sys.prefix, sys.argv, sys.flags.dont_write_bytecode)
"""


def release(root, *, built):
    environment = root / "releases/one/.venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").symlink_to(sys.executable)
    (environment / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    script = root / "releases/one/scripts/told.py"
    script.parent.mkdir()
    script.write_text(PROGRAM.format(lib=str(REPOSITORY / "lib")))
    if built:
        (root / "releases/one/.built").touch()
    (root / "current").symlink_to("releases/one")
    return root / "current"


def told(current):
    words = [current / ".venv/bin/python", "-B", current / "scripts/told.py", "--entrant", "codex-l4"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_started_anew_by_the_full_name_with_the_same_words(tmp_path):
    current = release(tmp_path, built=True)

    own = tmp_path / "releases/one"
    assert told(current) == f"{own}/.venv ['{own}/scripts/told.py', '--entrant', 'codex-l4'] 1"


def test_what_is_no_release_is_left_alone(tmp_path):
    current = release(tmp_path, built=False)

    assert told(current) == f"{current}/.venv ['{current}/scripts/told.py', '--entrant', 'codex-l4'] 1"
