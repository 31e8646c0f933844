"""Agents' folders are no paths: what lies in them is opened in one room, by descriptors, and no program is given it."""

import ast
from pathlib import Path
from typing import get_type_hints

import pytest

from nab.paths import AgentFolder, RunPaths
from support.repository.rooms import modules, parsed
from support.repository.scripts import SCRIPTS

OWN_PATH = {  # who may ask for the path of such a folder itself: to open, make or remove it, to mount it, to bind it
    ("nab.paths", "inside"),
    ("nab.paths", "__repr__"),
    ("nab.edges.untrusted.descriptors", "folder"),
    ("nab.edges.untrusted.furnishing", "make"),
    ("nab.edges.untrusted.furnishing", "lead"),
    ("nab.edges.untrusted.furnishing", "is_apart"),
    ("nab.edges.untrusted.furnishing", "is_anything"),
    ("nab.edges.untrusted.furnishing", "is_lost"),
    ("nab.edges.untrusted.removal", "remove"),
    ("nab.edges.host.loop_disks", "is_mounted"),
    ("nab.edges.host.loop_disks", "attach"),
    ("nab.edges.host.loop_disks", "detach"),
    ("nab.edges.host.loop_disks", "room"),
    ("nab.edges.docker.agent_box", "bound"),
}
NOT_BY_DESCRIPTOR = {  # the calls in that room that are given more than a name in an open folder
    ("nab.edges.untrusted.descriptors", "folder"),  # the folder itself
    ("nab.edges.untrusted.descriptors", "open_regular"),  # what a descriptor is of
    ("nab.edges.untrusted.copies", "lengthen"),  # a copy of ours
}
TAKE_A_NAME = {
    "open", "stat", "lstat", "mkdir", "makedirs", "unlink", "remove", "rmdir", "removedirs", "rename", "renames",
    "replace", "link", "symlink", "readlink", "chmod", "lchmod", "chown", "lchown", "truncate", "utime", "mknod",
    "mkfifo", "setxattr", "removexattr",
}  # fmt: skip
MAY_FOLLOW = {"stat", "chmod", "chown", "utime"}
THEIRS = {"workspace", "home", "outbox", "disk"}


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def where(test, trees):
    """Return in which functions of which modules there is such a node; "" for outside of any."""
    found = set()
    for module, tree in trees.items():
        if hits := [node for node in ast.walk(tree) if test(node)]:
            inside = {id(node): function.name for function in functions(tree) for node in ast.walk(function)}
            found |= {(module, inside.get(id(node), "")) for node in hits}
    return found


@pytest.fixture(scope="module")
def trees():
    ours = {name: parsed(path) for name, path in modules().items()}
    return ours | {f"scripts.{path.stem}": parsed(path) for path in SCRIPTS}


@pytest.fixture(scope="module")
def room(trees):
    return {name: tree for name, tree in trees.items() if name.startswith("nab.edges.untrusted")}


def test_an_agents_folder_is_no_path_and_the_paths_of_a_run_give_nothing_else(tmp_path):
    assert not {"__fspath__", "__truediv__", "__str__"} & set(dir(AgentFolder)) - set(dir(object))
    told = {name: get_type_hints(getattr(RunPaths, name).fget)["return"] for name in THEIRS}

    assert told == dict.fromkeys(THEIRS, AgentFolder)
    assert not Path(str(RunPaths(tmp_path).home)).is_absolute()


def test_the_path_of_such_a_folder_is_asked_for_where_it_is_opened_mounted_or_bound_and_nowhere_else(trees):
    asked = where(lambda node: isinstance(node, ast.Attribute) and node.attr == "own_path", trees)

    assert asked == OWN_PATH


def test_nobody_puts_such_a_path_together(trees):
    def is_built(node):
        return (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and isinstance(node.left, ast.Attribute)
            and node.left.attr == "root"
            and isinstance(node.right, ast.Constant)
            and str(node.right.value).split("/")[0] in THEIRS
        )

    assert {module for module, _ in where(is_built, trees)} == {"nab.paths"}


def called(node):
    """Return the name of the function of os or shutil that is called; "" for any other node."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id in {"os", "shutil"}:
            return f"{owner.id}.{node.func.attr}"
    return ""


def test_in_the_room_that_opens_them_every_call_is_given_a_name_in_an_open_folder(room):
    def is_by_path(node):
        name = called(node)
        given = {keyword.arg for keyword in node.keywords} if name else set()
        return name.startswith("shutil.") or (
            name.removeprefix("os.") in TAKE_A_NAME and not given & {"dir_fd", "src_dir_fd"}
        )

    assert where(is_by_path, room) == NOT_BY_DESCRIPTOR


def test_in_that_room_no_call_follows_a_link(room):
    def may_follow(node):
        name = called(node).removeprefix("os.")
        return name in MAY_FOLLOW and not any(
            keyword.arg == "follow_symlinks" and ast.unparse(keyword.value) == "False"
            for keyword in node.keywords
        )

    def opens(node):
        return called(node) == "os.open" and len(node.args) > 1

    assert where(may_follow, room) == set()
    flags = {ast.unparse(node.args[1]) for tree in room.values() for node in ast.walk(tree) if opens(node)}
    assert flags == {
        "FOLDER", "OURS", "LOOK", "READ", "APPEND", "NEW",
        "descriptors.FOLDER", "descriptors.LOOK | os.O_DIRECTORY",
    }  # fmt: skip
