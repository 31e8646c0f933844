"""Where things are: rooms of a layer make no circle, are not too full, and say in one sentence what they hold."""

import ast
import re

import pytest

from support.repository.benches import REPOSITORY
from support.repository.rooms import LIB, arrows, between_rooms, circle, dotted, modules, parsed

MOST_MODULES = 14
LAYERS = ("core", "edges", "actions", "results", "site", "tournament", "models")
PROXY = REPOSITORY / "images/proxy"
UNIT = REPOSITORY / "tests/unit"
MIRRORS = (
    (UNIT / "images", REPOSITORY / "images"),
    (UNIT / "support", REPOSITORY / "tests/support"),
    (UNIT / "ansible", REPOSITORY / "ansible/files"),
    (UNIT, LIB / "nab"),
)
ROOMS = {dotted(path): path for path in sorted(LIB.rglob("__init__.py"))}
ROOMS |= {f"images.proxy.{dotted(path, PROXY)}": path for path in sorted(PROXY.glob("*/__init__.py"))}
ARCHITECTURE = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8")


def docstring(path):
    return ast.get_docstring(parsed(path)) or ""


@pytest.mark.parametrize("root", [LIB, PROXY], ids=["nab", "the proxy"])
def test_modules_make_no_circle(root):
    assert circle(arrows(root)) == []


def test_the_rooms_of_the_proxy_make_no_circle():
    rooms = {name: targets for name, targets in arrows(PROXY).items() if "." in name}

    assert circle(between_rooms(rooms, 1)) == []


@pytest.mark.parametrize("layer", LAYERS)
def test_the_rooms_of_a_layer_make_no_circle(layer):
    inside = {
        name: {one for one in targets if one.startswith(f"nab.{layer}.")}
        for name, targets in arrows().items()
        if name.startswith(f"nab.{layer}.")
    }
    deepest = max(name.count(".") for name in inside)

    for depth in range(3, deepest + 1):
        assert circle(between_rooms(inside, depth)) == []


def test_this_file_finds_a_circle():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle(between_rooms({"x.a.1": {"x.b.1"}, "x.b.2": {"x.a.2"}}, 2)) == ["x.a", "x.b", "x.a"]


def test_a_room_says_in_one_sentence_what_it_holds():
    untold = [
        name
        for name, path in ROOMS.items()
        if not re.fullmatch(r"[^\n]*[.:?](?: [^\n]*\.)?", docstring(path).partition("\n\n")[0].strip())
    ]

    assert untold == [], "these rooms need a docstring of one line in their __init__.py"


def test_a_room_with_too_many_modules_says_why():
    full = []
    for name, path in ROOMS.items():
        inside = [one for one in path.parent.glob("*.py") if one.name != "__init__.py"]
        if len(inside) > MOST_MODULES and f"More than {MOST_MODULES} modules" not in docstring(path):
            full.append(f"{name}: {len(inside)} modules")

    assert full == [], (
        f"split these by noun, or say in the docstring: More than {MOST_MODULES} modules, because ..."
    )


def test_the_architecture_lists_exactly_the_rooms_there_are():
    block = ARCHITECTURE.partition("<!-- rooms -->\n")[2].partition("<!-- end of rooms -->")[0]
    rooms = [
        f"- `{name.removeprefix('nab.').replace('.', '/')}`: {docstring(path).partition(chr(10))[0]}"
        for name, path in ROOMS.items()
        if name.count(".") > 1
    ]

    assert block.strip().splitlines() == rooms, "docs/architecture.md has to say:\n" + "\n".join(rooms)


def test_every_module_belongs_to_a_package():
    loose = [path for path in modules().values() if not (path.parent / "__init__.py").is_file()]

    assert loose == []


def test_a_unit_test_lies_where_its_module_does_and_carries_its_name():
    strangers = []
    for path in sorted(UNIT.rglob("test_*.py")):
        folder = next(
            code / path.relative_to(tests).parent for tests, code in MIRRORS if tests in path.parents
        )
        if folder.is_relative_to(PROXY.parent) and not folder.is_relative_to(PROXY):
            continue  # recipes of images: programs of shell and Docker among them
        named = {one.stem for one in folder.glob("*.py")} | {one.name for one in folder.glob("*/")}
        named |= {one.name.replace("-", "_") for one in folder.glob("nab-*")}
        if not any(re.fullmatch(rf"test_{name}(_\w+)?", path.stem) for name in named):
            strangers.append(str(path.relative_to(UNIT)))

    assert strangers == [], "name these after the module beside which they stand: test_<module>[_and_more].py"
