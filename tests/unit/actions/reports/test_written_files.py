"""make files and make diff, on a real history."""

import tempfile
from datetime import UTC, datetime

import pytest

from nab.actions.reports import written_files
from nab.core.errors import NabError
from nab.core.text.tables import plain
from nab.edges.git import repository
from support.records.logs import RUN, WHO, intended
from support.repository.benches import bench_on

FIRST, SECOND = (datetime(2026, 5, 16, hour, tzinfo=UTC) for hour in (13, 15))


def keep(history, at, **files):
    with tempfile.TemporaryFile() as stream:
        repository.begin(stream, repository.head(history), "look", int(at.timestamp()))
        for path, content in files.items():
            name = path.replace("__", "/").replace("_", ".").encode()
            repository.put(stream, name, b"100644", content.encode())
        repository.record(history, stream, 30)


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    bench.log.append(intended(), entrant=WHO, run=RUN)
    history = bench.run(RUN).history
    repository.make(history)
    keep(history, FIRST, submit_sh="echo one\n", _nab__left="x")
    keep(history, SECOND, submit_sh="echo \x1b[2J two\n", notes_md="what I tried\n")
    return bench


def test_files_are_listed_as_of_the_end_or_of_any_time(bench):
    told = written_files.told(bench, "", "")
    earlier = written_files.told(bench, "codex", "2026-05-16T14:00:00Z")

    assert [one.path for one in told.files] == ["notes.md", "submit.sh"]
    assert [(one.path, one.bytes) for one in earlier.files] == [("submit.sh", 9)]
    assert earlier.at == "2026-05-16T13:00:00.000Z"
    assert written_files.told(bench, RUN, earlier.commit[:8]) == earlier
    assert f"2 files (0.0 MiB) of {RUN}, as of 2026-05-16T15:00:00.000Z" in plain(written_files.show(told))


def test_the_difference_is_all_that_was_written_or_what_came_between_two_times(bench):
    whole = list(written_files.difference(bench, "", "", "", ""))
    later = list(written_files.difference(bench, "", "2026-05-16T14:00:00Z", "", "submit.sh"))

    assert "from the beginning to 2026-05-16T15:00:00.000Z" in whole[0]
    assert "+what I tried" in whole and "+echo \\x1b[2J two" in whole
    assert [one for one in later[1:] if one[:1] in "+-" and one[:3] not in {"+++", "---"}] == [
        "-echo one",
        "+echo \\x1b[2J two",
    ]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-05-16T12:00:00Z", "nothing was kept by 2026-05-16T12:00:00.000Z"),
        ("yesterday", "AT 'yesterday' is no time"),
        ("--output=/tmp/x", "AT '--output=/tmp/x' is no time"),
    ],
)
def test_a_time_without_files_and_what_is_no_time_are_one_sentence(bench, at, said):
    with pytest.raises(NabError, match=said) as raised:
        written_files.told(bench, "", at)
    assert raised.value.hint


@pytest.mark.parametrize("file", ["/etc/passwd", "../x", ":(top)x"])
def test_what_is_no_file_of_a_workspace_is_refused(bench, file):
    with pytest.raises(NabError, match="is not a file of a workspace"):
        list(written_files.difference(bench, "", "", "", file))


def test_a_run_of_which_nothing_is_kept_is_one_sentence(bench):
    bench.log.append(intended(), entrant=WHO, run="2026-06-01T000000Z-codex-l3")

    with pytest.raises(NabError, match="no file of 2026-06-01T000000Z-codex-l3 is kept yet"):
        written_files.told(bench, "", "")
