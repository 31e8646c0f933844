"""Every block of commands in docs/operations.md is run by a test: this table says by which."""

import re

import pytest

from support.repository.benches import REPOSITORY
from support.repository.handbook import PAGE, Block, blocks

RUNS = "tests/integration/upkeep/test_backup_and_restore.py"
LOG = "tests/integration/log/test_restore.py"
WORKSTATION = "tests/integration/operations"  # a machine with systemd and Ansible: whatever test there
BLOCKS = {
    Block("Install", 1): RUNS,
    Block("Install", 2): WORKSTATION,
    Block("Install", 3): WORKSTATION,
    Block("Daily life", 1): RUNS,
    Block("Whom to enrol first", 1): RUNS,
    Block("Upgrade", 1): WORKSTATION,
    Block("Backup", 1): RUNS,
    Block("Backup", 2): RUNS,
    Block("Moving to another machine", 1): RUNS,
    Block("Moving to another machine", 2): RUNS,
    Block("The disk is full", 1): RUNS,
    Block("A log that got shorter", 1): LOG,
    Block("A machine is lost, and there is no backup", 1): RUNS,
    Block("Uninstall", 1): RUNS,
    Block("Uninstall", 2): WORKSTATION,
}
OF_DOORS = {
    "install": "site.yml",
    "site-hosts": "site.yml",
    "releases": "status.yml",
}  # others by their own name


def found():
    return blocks(PAGE.read_text(encoding="utf-8"))


def test_every_block_is_run_by_a_test():
    assert set(found()) == set(BLOCKS), "add the block to the table, and to the test that runs it"


@pytest.mark.parametrize("one", [one for one in BLOCKS if BLOCKS[one] != WORKSTATION], ids=str)
def test_the_test_that_runs_a_block_reads_it_from_the_page(one):
    text = (REPOSITORY / BLOCKS[one]).read_text(encoding="utf-8")

    if BLOCKS[one] == LOG:
        assert f"### {one.heading}" in text
    else:
        assert f'block("{one.heading}", {one.number})' in text


def plays(commands):
    """Return the playbook of every command for other machines."""
    for door in re.findall(r"^make ([a-z-]+)", commands, re.MULTILINE):
        if door != "release":
            yield OF_DOORS.get(door, f"{door}.yml")
    yield from re.findall(r"ansible-playbook .*\b(\w+\.yml)$", commands, re.MULTILINE)


@pytest.mark.parametrize("one", [one for one in BLOCKS if BLOCKS[one] == WORKSTATION], ids=str)
def test_what_a_block_does_on_other_machines_is_tried_on_one(one):
    folder = REPOSITORY / WORKSTATION
    if not folder.is_dir():
        pytest.skip("the tests on a machine with Ansible are not here")
    tried = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))

    for playbook in plays(found()[one]):
        assert (REPOSITORY / "ansible" / playbook).is_file()
        assert playbook.removesuffix(".yml") in tried, playbook


def test_this_file_finds_blocks_in_either_form():
    page = "# A\n\n    one\n    two\n\ntext\n    no block\n\n## B\n\n```sh\nthree\n# a comment\n```\n\n    four\n"

    assert blocks(page) == {
        Block("A", 1): "one\ntwo\n",
        Block("B", 1): "three\n# a comment\n",
        Block("B", 2): "four\n",
    }
