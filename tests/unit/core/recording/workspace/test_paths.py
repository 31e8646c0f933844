import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.recording.workspace.paths import MANIFEST, committed, in_workspace, quoted, unquoted

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


@given(PATHS)
def test_every_path_comes_back(path):
    assert in_workspace(committed(path)) == path


@pytest.mark.full
@given(PATHS)
def test_no_path_of_the_agents_is_the_list_or_a_folder_that_git_refuses(path):
    assert committed(path) != MANIFEST
    assert not {part.lower() for part in committed(path).split(b"/")} & {b".git", b".gitattributes", b"git~1"}


def test_our_own_list_is_no_file_of_the_workspace():
    assert in_workspace(MANIFEST) is None


def test_names_are_read_as_git_prints_them():
    assert unquoted(r'"a\303\251\n\t\"\\"') == b'a\xc3\xa9\n\t"\\'
    assert unquoted("plain name") == b"plain name"
    assert quoted(b'a"\\\n') == b'"a\\"\\\\\\n"'
