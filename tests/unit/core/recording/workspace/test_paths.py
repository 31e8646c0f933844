import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.recording.workspace.paths import (
    MANIFEST,
    committed,
    in_workspace,
    outdated,
    quoted,
    safe,
    unquoted,
)
from nab.edges.git import repository

PARTS = st.sampled_from(
    [
        b".nab",
        b"agent",
        b".git",
        b".GIT",
        b"%.git",
        b"%%.Git ",
        b"git~1",
        b".gitmodules",
        b"a",
        b"left-out.jsonl",
    ]
) | st.binary(min_size=1).filter(lambda part: b"/" not in part and b"\0" not in part)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map(b"/".join)

BITS = st.sampled_from(
    [
        *(
            b".git",
            b".GIT",
            b"git~1",
            b"gitmod~1",
            b"GITATT~4",
            b"gi7eba~1",
            b"gi7eb~10",
            b"GI7D29~2",
            b"g~123456",
        ),
        *(
            b".gitmodules",
            b".gitattributes",
            b".gitignore",
            b".mailmap",
            b"~1000000",
            b"maba30~1",
            b"gitign~2",
        ),
        *(
            b"%",
            b" ",
            b".",
            b":",
            b"::$INDEX_ALLOCATION",
            b"\\",
            b"\xe2\x80\x8c",
            b"\xef\xbb\xbf",
            b"\xff",
            b"\xc3",
        ),
        *(b"a", b"..", b"\n", b'"', b"~", b"1", b".g", b"it", b"modules"),
    ]
)
ODD_NAMES = (
    st.lists(BITS, min_size=1, max_size=5).map(b"".join).filter(lambda name: name not in {b".", b".."})
)


def fsck(folder, names, content=b'[submodule "x"]\n'):
    """Put files into a git directory as the git watcher does, and return git's exit code and its complaints."""
    repository.make(folder)
    with tempfile.TemporaryFile() as stream:
        repository.begin(stream, "", "names", 1)
        for name in sorted(names):
            repository.put(stream, name, b"100644", content)
        repository.record(folder, stream, 30)
    done = subprocess.run(
        ["git", "-C", folder, "fsck", "--strict"], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@given(PATHS)
def test_every_path_comes_back(path):
    assert in_workspace(committed(path)) == path


@given(PATHS)
def test_no_path_of_the_agents_is_our_list(path):
    assert committed(path) != MANIFEST


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@settings(max_examples=60)
@given(st.lists(ODD_NAMES, min_size=1, max_size=150))
def test_git_itself_takes_every_name(names):
    with tempfile.TemporaryDirectory() as folder:
        assert fsck(Path(folder) / "new.git", {committed(name) for name in names}) == (0, "")
        assert fsck(Path(folder) / "old.git", {safe(name) for name in names}) == (0, "")


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize(
    "name",
    [
        b".git",
        b".GIT . ",
        b"git~1",
        b".git::$INDEX_ALLOCATION",
        b".g\xe2\x80\x8cit",
        b".git\xff",
        b".git\\config",
        b"x\\.git",
        b"C:\\repo\\.git\\HEAD",
        b"gitmod~1",
        b"GI7EBA~1",
        b"gi7eb~12",
        b"~1234567",
        b".gitmodules ..",
        b"x\\GITMOD~2",
    ],
)
def test_what_git_would_refuse_is_marked_and_would_be_refused_without(name, tmp_path):
    assert fsck(tmp_path / "bare.git", {name}, b'[submodule "a"]\n\turl = -u./x\n')[0] != 0
    assert fsck(tmp_path / "marked.git", {committed(name)}, b'[submodule "a"]\n\turl = -u./x\n') == (0, "")
    assert in_workspace(committed(name)) == name


@pytest.mark.parametrize(
    "name", [b".gitignore", b"src/.gitignore", b"a\\b", b"digit~1", b".github", b"GI7.py"]
)
def test_usual_names_stand_as_they_are(name):
    assert committed(name) == name


def test_a_path_that_older_rules_chose_is_known_and_moves():
    old = [b"x\\.git", b"GI7EBA~1/a", b"%.git", b"a.py", b".nab/agent/x", MANIFEST]

    assert outdated(old) == [b"x\\.git", b"GI7EBA~1/a"]
    assert [safe(path) for path in old] == [b"x\\%.git", b"%GI7EBA~1/a", *old[2:]]


def test_our_own_list_is_no_file_of_the_workspace():
    assert in_workspace(MANIFEST) is None


def test_names_are_read_as_git_prints_them():
    assert unquoted(r'"a\303\251\n\t\"\\"') == b'a\xc3\xa9\n\t"\\'
    assert unquoted("plain name") == b"plain name"
    assert quoted(b'a"\\\n') == b'"a\\"\\\\\\n"'
