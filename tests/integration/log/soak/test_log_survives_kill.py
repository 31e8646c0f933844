import re
import sys
from pathlib import Path

import pytest

from nab.chaos import log as chaos
from nab.core.errors import NabError
from nab.core.facts import LogRepaired, Poll
from nab.edges import process
from nab.edges.log import heads
from nab.edges.log.event_log import EventLog

SCRIPT = Path(__file__).parents[4] / "scripts" / "chaos_log.py"


def test_no_acknowledged_event_is_lost_in_a_hundred_kills(tmp_path):
    tally = chaos.run(tmp_path, kills=98, writers=2, seed=7)

    assert (tally.kills, tally.lost) == (100, 0)
    assert tally.acked > 100


def test_campaign_sees_an_acknowledged_event_that_is_gone(tmp_path):
    log = EventLog(tmp_path, "test 1")
    acked = {(event.seq, event.id) for event in (log.append(Poll(ok=True)) for _ in range(3))}
    (segment,) = tmp_path.glob("*.jsonl")
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-1]))

    with pytest.raises(NabError, match="got shorter"):
        chaos.judged(tmp_path, acked, kills=1, seconds=1)
    heads.file_of(tmp_path).unlink()
    assert chaos.judged(tmp_path, acked, kills=1, seconds=1).lost == 1


def test_script_prints_the_table_and_removes_its_log():
    ended = process.run(sys.executable, str(SCRIPT), "--kills", "3")

    assert re.search(r"^acknowledged and lost +0$", ended.stdout, re.MULTILINE)
    assert not Path(ended.stdout.splitlines()[0].removeprefix("the log is in ")).exists()


def test_log_on_a_full_disk_keeps_what_it_has_and_goes_on_once_there_is_room(tmp_path):
    mounted = process.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path), check=False)
    if mounted.exit_code != 0:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.strip()}")
    try:
        ballast = tmp_path / "ballast"
        ballast.write_bytes(b"x" * 20_000)
        log, acked = EventLog(tmp_path / "events", "test 1"), []
        with pytest.raises(OSError, match="No space left"):
            while True:
                acked.append(log.append(Poll(ok=False, error="x" * 3000)))
        assert log.events() == acked

        ballast.unlink()
        acked.append(log.append(Poll(ok=True)))

        assert log.events() == acked
        assert not any(isinstance(event.fact, LogRepaired) for event in acked)
    finally:
        process.run("umount", str(tmp_path))
