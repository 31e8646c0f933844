"""The kernel's tables, as files for what they may say, and for real where this machine has another address."""

import pytest

from nab.edges.kernel import connections
from nab.edges.kernel.cgroup_folders import Group

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: 0A00000A:{port:04X} {far} {state} 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1\n"
PROXY = "0200D50A:0C38"


@pytest.fixture
def box(tmp_path):
    (tmp_path / "7/net").mkdir(parents=True)
    return Group({}, frozenset(), pid=7, proc=tmp_path)


def table(box, *rows, name="tcp"):
    (box.proc / "7/net" / name).write_text(HEAD + "".join(rows))


def row(port, inode, far=PROXY, state="01"):
    return ROW.format(port=port, far=far, state=state, inode=inode)


def test_connections_to_the_outside_are_told_by_port_and_socket(box):
    table(
        box, row(4000, 11), row(4001, 12, far="0100007F:1F90"), row(4002, 13, far="00000000:0000", state="0A"),
        row(4003, 0, state="06"), row(4004, 14, state="08"), "torn",
    )  # fmt: skip
    table(
        box, row(5000, 15, far=f"{'0' * 16}FFFF00000200D50A:01BB"), row(5001, 16, far=f"{'0' * 24}01000000:01BB"),
        row(5002, 17, far=f"{'0' * 16}FFFF00000100007F:01BB"), name="tcp6",
    )  # fmt: skip

    assert connections.open_now(box) == {4000: 11, 4004: 14, 5000: 15}


def test_a_box_that_is_gone_has_none(tmp_path):
    assert connections.open_now(Group({}, frozenset(), pid=7, proc=tmp_path)) == {}


def test_holders_are_those_whose_files_the_sockets_are(box):
    for pid, links in (
        (20, ["socket:[11]", "/dev/null"]),
        (21, ["socket:[11]", "socket:[99]"]),
        (22, ["pipe:[11]"]),
    ):
        folder = box.proc / str(pid) / "fd"
        folder.mkdir(parents=True)
        for number, target in enumerate(links):
            (folder / str(number)).symlink_to(target)

    assert connections.holders(box, [20, 21, 22, 23], {11, 12}) == {11: {20, 21}}
