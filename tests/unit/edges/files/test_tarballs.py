"""Tarballs of the same files are the same bytes, whoever packs them and when."""

import os
import tarfile
from datetime import UTC, datetime

from nab.edges.files import tarballs

AT = datetime(2026, 5, 16, tzinfo=UTC)


def made(folder, umask_mode, age):
    folder.mkdir()
    for name, content in (("b.txt", "two"), ("run.sh", "#!/bin/sh\n")):
        (folder / name).write_text(content)
        (folder / name).chmod(umask_mode | (0o100 if name == "run.sh" else 0))
        os.utime(folder / name, (age, age))
    return tarballs.pack(folder.with_suffix(".tar.gz"), folder, ["run.sh", "b.txt"], AT)


def test_modes_owners_and_times_of_who_packs_do_not_show(tmp_path):
    assert made(tmp_path / "one", 0o600, 1_000) == made(tmp_path / "two", 0o664, 2_000_000)


def test_what_is_executable_stays_it_and_all_is_roots(tmp_path):
    made(tmp_path / "one", 0o600, 1_000)

    with tarfile.open(tmp_path / "one.tar.gz") as tar:
        assert [(one.name, one.mode, one.uid, one.mtime) for one in tar] == [
            ("run.sh", 0o755, 0, AT.timestamp()),
            ("b.txt", 0o644, 0, AT.timestamp()),
        ]
