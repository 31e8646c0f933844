"""What is opened is what was looked at: no link, no pipe, and no path of the agent's length keeps us out."""

import errno
import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from nab.edges.untrusted import descriptors, workspaces
from nab.paths import AgentFolder
from support.records.trees import deep, kept_outside


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agent" / "in").mkdir(parents=True)
    (tmp_path / "agent" / "in" / "file").write_bytes(b"theirs")
    return AgentFolder(tmp_path / "agent")


def content(folder, path):
    return workspaces.content(folder, path, 1 << 20)


def test_a_file_is_read_below_folders(folder):
    assert content(folder, b"in/file") == b"theirs"


@pytest.mark.parametrize("path", [b"../outside", b"in/../../outside", b"/etc/passwd", b"in//file", b"", b"."])
def test_a_path_that_could_lead_out_is_refused(folder, path):
    with pytest.raises(OSError):
        content(folder, path)
    assert descriptors.status(folder, path) is None


def test_no_link_is_read_at_the_end_or_on_the_way(folder, tmp_path):
    kept_outside(tmp_path / "outside")
    (tmp_path / "agent" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "agent" / "in" / "link").symlink_to(tmp_path / "outside" / "kept")

    for path in (b"link/kept", b"in/link"):
        with pytest.raises(OSError):
            content(folder, path)
        assert descriptors.fingerprint(folder, path) is None


def test_a_pipe_or_a_device_is_never_opened(folder, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "agent" / "pipe")
    opened = []
    real = os.open

    def noted(name, flags, *more, **where):
        if not flags & os.O_PATH:
            opened.append(name)
        return real(name, flags, *more, **where)

    monkeypatch.setattr(descriptors.os, "open", noted)
    with pytest.raises(OSError) as raised:
        content(folder, b"pipe")

    assert raised.value.errno == errno.EINVAL
    assert b"pipe" not in opened and "pipe" not in opened


class Swapped:
    """A folder of the agent's and a link to `outside` that take turns in its name for as long as this goes on."""

    def __init__(self, folder, outside):
        self.name, self.aside, self.outside = folder, folder.with_name("aside"), outside
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.swap)

    def swap(self):
        while not self.done.is_set():
            self.name.rename(self.aside)
            self.name.symlink_to(self.outside)
            self.name.unlink()
            self.aside.rename(self.name)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


class Waiting:
    """A writer of a pipe. It waits until anybody opens the other end, if only for a moment: then it has `noticed`."""

    def __init__(self, pipe):
        self.pipe, self.noticed = pipe, threading.Event()
        self.thread = threading.Thread(target=self.write)
        self.thread.start()

    def write(self):
        os.close(os.open(self.pipe, os.O_WRONLY))
        self.noticed.set()

    def ended(self):
        """Let it go, and say whether it had noticed anybody before."""
        before = self.noticed.is_set()
        reader = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.thread.join()
        os.close(reader)
        return before


def test_a_pipe_outside_to_which_a_swapped_link_leads_never_notices(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    os.mkfifo(tmp_path / "outside" / "file")
    writer = Waiting(tmp_path / "outside" / "file")
    with Swapped(tmp_path / "agent" / "in", tmp_path / "outside"):
        for _ in range(1000):
            with suppress(OSError):
                assert content(folder, b"in/file") == b"theirs"

    assert not writer.ended()


def test_what_lies_at_a_path_longer_than_the_system_can_name_is_seen(folder):
    deep(folder.own_path / "way", levels=40, name="d" * 200)
    path = b"way/" + b"/".join([b"d" * 200] * 40) + b"/file"

    assert len(path) > 8000
    assert descriptors.status(folder, path).st_size == 4096
    assert content(folder, path) == b"x" * 4096
    descriptors_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        descriptors.status(folder, path)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors_before


def test_an_agents_folder_is_no_path(folder):
    for use in (os.fspath, os.open, Path, os.listdir):
        with pytest.raises(TypeError):
            use(folder)
    assert not Path(str(folder)).exists()
