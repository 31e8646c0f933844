"""The Makefile, the scripts, the settings and the documents agree with each other."""

import re
from itertools import chain

import msgspec
import pytest

from nab.config import Settings
from support.repository.benches import REPOSITORY

MAKEFILE = (REPOSITORY / "Makefile").read_text()
DOCUMENTS = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((REPOSITORY / "docs").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_every_door_is_listed_as_phony_and_calls_a_script_that_exists():
    phony = set(
        chain.from_iterable(line.split() for line in re.findall(r"\.PHONY: ((?:.*\\\n)*.*)", MAKEFILE))
    )

    assert phony - {"\\"} >= TARGETS
    for script in re.findall(r"(?:scripts|bench)/[\w.]+", MAKEFILE):
        assert (REPOSITORY / script).is_file(), script


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_targets_and_files_that_exist(document):
    text = document.read_text()

    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS
    assert set(re.findall(r"^\s+make ([a-z-]+)", text, re.MULTILINE)) <= TARGETS
    for path in re.findall(r"`((?:scripts|lib|docs|images|tests|bench|ansible|systemd)/[\w./-]+)`", text):
        assert (REPOSITORY / path).exists(), path
    for link in re.findall(r"\]\(((?!https?:|#)[^)#]+)", text):
        assert (document.parent / link).exists(), link


def keys(kind, prefix=""):
    for field in msgspec.structs.fields(kind):
        inner = field.type
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from keys(inner, f"{prefix}{field.name}.")
        elif prefix:
            yield f"{prefix}{field.name}"


def test_the_operations_guide_lists_every_key_of_the_settings():
    text = (REPOSITORY / "docs/operations.md").read_text()

    for key in keys(Settings):
        assert f"`{key}`" in text, key
