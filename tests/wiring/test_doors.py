"""The Makefile, the scripts, the settings and the documents agree with each other."""

import re
from itertools import chain

import msgspec
import pytest

from nab.config import Settings
from support.repository.benches import REPOSITORY
from support.repository.rooms import modules

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
    # A name above a block is that of a file which the reader writes.
    for path in re.findall(
        r"`((?:scripts|lib|docs|images|tests|bench|ansible|systemd)/[\w./-]+)`(?!:\n\n```)", text
    ):
        assert (REPOSITORY / path).exists(), path
    for link, heading in re.findall(r"\]\(((?!https?:)[^)#]*)(#[^)]+)?\)", text):
        page = document.parent / link if link else document
        assert page.exists(), link
        if heading:
            assert heading[1:] in anchors(page.read_text()), f"{link}{heading}"


def anchors(text):
    """Return the anchors that GitHub gives the headings of a page."""
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_page_is_one_click_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w.-]+\.md)", (REPOSITORY / "README.md").read_text()))

    assert {f"docs/{page.name}" for page in (REPOSITORY / "docs").glob("*.md")} == linked


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_commands_for_newcomers_use_words_that_their_command_takes(page):
    text = (REPOSITORY / page).read_text()
    recipes = dict(re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE))

    for target, words in re.findall(r"^    make ([a-z-]+)([^#\n]*)", text, re.MULTILINE):
        for word in re.findall(r"\b([A-Z]+)=", words):
            assert re.search(rf"\$[({{]?(?:if \$\()?{word}\b", recipes[target]), f"{target} {word}"
    for script, options in re.findall(r"python (scripts/\w+\.py)([^#\n]*)", text):
        known = (REPOSITORY / script).read_text()
        assert all(f'"{option}"' in known for option in re.findall(r"--[a-z-]+", options)), script


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


def test_programs_inside_texts_import_modules_that_there_are():
    # Imports of the code itself fail by themselves; those in a text fail when somebody runs it, months later.
    written = re.compile(r"\b(?:from|import) (nab(?:\.\w+)+)")
    files = chain.from_iterable((REPOSITORY / part).rglob("*.py") for part in ("tests", "bench", "scripts"))
    strangers = [
        f"{path.relative_to(REPOSITORY)}: {module}"
        for path in files
        for module in written.findall(path.read_text(encoding="utf-8"))
        if module not in modules()
    ]

    assert strangers == []
