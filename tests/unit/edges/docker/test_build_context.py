import tarfile

import pytest

from nab.edges.docker import build_context
from nab.edges.docker.build_context import File, Recipe

FILES = {"Dockerfile": File(b"FROM x\n"), "run.sh": File(b"#!/bin/sh\n", 0o755)}


def recipe(**change):
    return Recipe(
        **{"name": "nab/x", "files": FILES, "parent_id": "sha256:1", "arguments": {"A": "1"}, **change}
    )


def test_the_same_recipe_has_the_same_digest():
    backwards = dict(reversed(FILES.items()))

    assert build_context.digest(recipe()) == build_context.digest(recipe(files=backwards))


@pytest.mark.parametrize(
    "change",
    [
        {"files": {**FILES, "more": File(b"")}},
        {"files": {**FILES, "Dockerfile": File(b"FROM y\n")}},
        {"files": {**FILES, "run.sh": File(b"#!/bin/sh\n")}},
        {"parent_id": "sha256:2"},
        {"arguments": {"A": "2"}},
    ],
    ids=["a file more", "other content", "no longer executable", "another parent", "another argument"],
)
def test_any_change_of_the_recipe_changes_its_digest(change):
    assert build_context.digest(recipe()) != build_context.digest(recipe(**change))


def test_a_folder_is_read_with_what_can_be_run_and_without_caches(tmp_path):
    (tmp_path / "deep" / "__pycache__").mkdir(parents=True)
    (tmp_path / "deep" / "__pycache__" / "a.pyc").write_bytes(b"x")
    (tmp_path / "deep" / "run.sh").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "deep" / "run.sh").chmod(0o700)
    (tmp_path / "Dockerfile").write_bytes(b"FROM x\n")
    (tmp_path / "Dockerfile").chmod(0o600)

    assert build_context.folder(tmp_path) == {
        "Dockerfile": File(b"FROM x\n", 0o644),
        "deep/run.sh": File(b"#!/bin/sh\n", 0o755),
    }


def test_the_packed_context_holds_every_file_as_it_is():
    with tarfile.open(fileobj=build_context.packed(recipe())) as tar:
        kept = {member.name: File(tar.extractfile(member).read(), member.mode) for member in tar}

    assert kept == FILES
