"""Packages by the names of what lies in their folders."""

import msgspec

from nab.core.recording import packages
from nab.core.recording.packages import MOST_PACKAGES, PackagesLine
from nab.core.recording.workspace.exclusions import LeftOut
from nab.core.recording.workspace.index import WorkspaceIndex


def test_a_distribution_is_told_by_its_folder_as_package_indexes_write_it():
    present = [
        b"numpy-2.1.0.dist-info", b"Scikit_Learn-1.5.2.dist-info", b"old.tool-1.0-py3.11.egg-info",
        b"a-1!2.0rc1+cu121.dist-info",
        b"numpy", b"nonsense.dist-info", b"-1.dist-info", b"x-\xff.dist-info", b"__pycache__",
    ]  # fmt: skip

    assert packages.distributions(present) == {
        "numpy": "2.1.0",
        "scikit-learn": "1.5.2",
        "old-tool": "1.0",
        "a": "1!2.0rc1+cu121",
    }


def test_a_swarm_of_packages_is_counted_and_its_beginning_named():
    many = {f"p{number:05}": "1" for number in range(MOST_PACKAGES + 7)}

    named, more = packages.bounded(many)
    assert (len(named), more) == (MOST_PACKAGES, 7)


def test_the_folders_that_a_look_came_upon_are_found_and_a_projects_own_modules_are_not():
    known = WorkspaceIndex(folders={b"lib/a-1.dist-info": {}, b"lib": {}})
    for path, why in (
        (b"env", "virtual environment"), (b"u/lib/python3.11/site-packages", "packages"),
        (b"global/lib/node_modules", "packages"), (b"project/node_modules", "packages"), (b"x.csv", "data"),
    ):  # fmt: skip
        folder, _, name = path.rpartition(b"/")
        known.leave(folder, name, LeftOut(why, 1, 1))

    assert list(packages.prefixes(known)) == [b"env"]
    assert list(packages.folders(known)) == [
        (b"u/lib/python3.11/site-packages", "python"),
        (b"global/lib/node_modules", "npm"),
        (b"lib", "python"),
    ]


def test_the_newest_line_about_a_place_counts_and_a_torn_one_is_left_out():
    lines = [
        msgspec.json.encode(PackagesLine(time="t", place=place, kind="python", packages={"a": version}))
        for place, version in (("/x", "1"), ("/y", "1"), ("/x", "2"))
    ]

    told = packages.newest([*lines, b'{"time": "t", "pla', b"\xff"])
    assert {place: line.packages["a"] for place, line in told.items()} == {"/x": "2", "/y": "1"}
