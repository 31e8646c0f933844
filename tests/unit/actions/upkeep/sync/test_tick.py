"""One tick after the other: what arrives at the remote, what stays, and what is sent only once."""

import json
import os
import shutil
from datetime import timedelta

import pytest

from nab.actions.upkeep.sync import growing_files, stage
from nab.core.errors import BUSY, FAILED, USAGE, NabError
from nab.core.upkeep.sync import parts
from nab.core.upkeep.sync.answers import Answer
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.untrusted import workspaces
from support.records.segmented import cut
from support.worlds.sync import OTHER, RUN, SECRET, SyncWorld, git

pytestmark = [pytest.mark.full, pytest.mark.skipif(not shutil.which("git"), reason="needs git")]
CALLS = f"runs/{RUN}/calls/http.jsonl"
OUT = f"runs/{RUN}/sessions/work-1/stdout.jsonl"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return SyncWorld(tmp_path.resolve())


def lines(count, start=0):
    return "".join(
        f'{{"line":{number},"text":"some words that go on"}}\n' for number in range(start, start + count)
    )


def test_the_state_arrives_and_what_is_not_named_stays(world):
    world.happen(3)
    world.grow(CALLS, lines(10))
    world.grow(OUT, lines(5))
    world.lay("rounds/1269.json", "{}")
    world.lay(f"runs/{RUN}/home/.claude/credentials.json", "x")
    world.lay(f"runs/{RUN}/outbox/work-1/stdout", "x")
    world.lay("trust/mitmproxy-ca-cert.pem", "x")
    world.bench.paths.site.mkdir()
    (world.bench.paths.site / "index.html").write_text("<p>")

    done = world.tick()

    assert done.said.answer is Answer.TAKEN
    assert world.paths() == {
        "README.md",
        "left-out.jsonl",
        f"events/{next((world.state / 'events').glob('*.jsonl')).name}/000000000000.jsonl",
        f"{CALLS}/000000000000.jsonl",
        f"{OUT}/000000000000.jsonl",
        "rounds/1269.json",
        "site/index.html",
    }
    assert world.joined(CALLS) == lines(10)
    world.sound()


def test_a_tick_without_news_makes_no_commit(world):
    world.grow(CALLS, lines(10))
    world.work("a.py", "1")
    world.watch()
    world.tick()
    before = world.commits()

    assert world.tick().stage.commits == 0
    assert world.commits() == before


def test_a_growing_file_is_sent_once_part_by_part(world, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    world.grow(CALLS, lines(100))
    world.tick()
    first = {path for path in world.paths() if path.startswith(CALLS)}
    world.grow(CALLS, lines(100, 100) + '{"unfinished')

    done = world.tick()

    assert world.joined(CALLS) == lines(200)
    assert (
        done.stage.taken < len(lines(100)) + 1500
    )  # the new lines and the last part, with the README not again
    assert first <= {path for path in world.paths() if path.startswith(CALLS)}
    assert all(len(world.content(path)) <= 1000 for path in world.paths() if path.startswith(CALLS))


def test_an_unfinished_line_goes_when_its_file_has_been_at_rest(world):
    world.grow(OUT, "whole\nrest")
    world.tick()
    assert world.joined(OUT) == "whole\n"
    long_ago = clock.now().timestamp() - 2 * growing_files.REST_SECONDS
    os.utime(world.state / OUT, (long_ago, long_ago))

    world.tick()

    assert world.joined(OUT) == "whole\nrest"


def test_a_file_that_was_replaced_is_taken_anew_and_the_history_keeps_the_old_one(world):
    world.grow(OUT, "old\n")
    world.tick()
    (world.state / OUT).rename(world.state / f"{OUT}.1")
    world.grow(OUT, "new words\n")

    world.tick()

    assert world.joined(OUT) == "new words\n"
    assert world.joined(f"{OUT}.1") == "old\n"
    assert "old" in world.show("log", "-p", world.branch)


def test_a_line_longer_than_a_part_arrives_whole(world, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    monkeypatch.setattr(parts, "WINDOW_BYTES", 3000)
    text = "x" * 10_000 + "\n" + lines(3)
    world.grow(OUT, text)

    world.tick()

    assert world.joined(OUT) == text


def test_a_killed_ticks_notes_are_made_again_from_the_mirror_and_nothing_is_sent_twice(world, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    world.hold()
    world.happen(5)
    world.grow(CALLS, lines(50) + f"{SECRET}\n" + lines(50, 50))
    world.lay("rounds/1269.json", "{}")
    world.work("a.py", "1")
    world.watch()
    world.tick()
    world.tick()
    before, tree = world.kinds(), world.show("rev-parse", f"{world.branch}^{{tree}}")
    (world.bench.paths.sync / "known").unlink()

    world.tick()

    assert world.show("rev-parse", f"{world.branch}^{{tree}}") == tree
    assert world.kinds() == before
    world.happen()
    world.grow(CALLS, lines(3, 100))
    world.tick()
    assert world.joined(CALLS).endswith(lines(3, 100))
    assert SECRET.encode() not in world.everything_at_remote()


def test_what_follows_a_withheld_end_arrives_also_when_the_notes_were_lost(world):
    world.hold()
    world.grow(OUT, lines(3))
    world.tick()
    world.grow(OUT, f"{SECRET}\n")
    world.tick()
    (world.bench.paths.sync / "known").unlink()
    world.grow(OUT, lines(2, 3))

    world.tick()

    assert world.joined(OUT) == lines(5)
    assert list(world.left_out().values()) == ["secret (held: anthropic.api_key)"]


def test_what_is_removed_here_stays_there(world):
    world.lay("rounds/1269.json", "{}")
    world.tick()
    (world.state / "rounds/1269.json").unlink()

    world.tick()

    assert "rounds/1269.json" in world.paths()


def test_a_link_is_not_followed(world):
    world.lay("secret-elsewhere", "x")
    (world.state / "rounds").mkdir()
    (world.state / "rounds/1269.json").symlink_to(world.state / "secret-elsewhere")

    world.tick()

    assert "rounds/1269.json" not in world.paths()
    assert world.left_out() == {}


def test_a_torn_tail_of_the_log_is_not_sent(world):
    world.happen(3)
    log = next((world.state / "events").glob("*.jsonl"))
    whole = log.read_text()
    with log.open("a") as file:
        file.write('{"crc":"0000')

    done = world.tick()

    assert world.joined(f"events/{log.name}") == whole
    assert done.last.arrived_seq == 3
    world.happen()  # moves it aside
    assert world.tick().last.arrived_seq == 5
    assert world.joined(f"events/{log.name}") == log.read_text()


def test_a_damaged_line_of_the_log_stops_the_log_and_nothing_else(world):
    world.happen(3)
    world.tick()
    world.happen(3)
    log = next((world.state / "events").glob("*.jsonl"))
    damaged = log.read_text().splitlines(True)
    damaged[4] = damaged[4].replace('"listed":1', '"listed":7')
    log.write_text("".join(damaged))
    world.grow(CALLS, lines(3))

    done = world.tick()

    assert "is damaged" in done.trouble().message
    assert done.trouble().exit_code == FAILED
    assert done.last.arrived_seq == 4
    assert world.joined(CALLS) == lines(3)
    assert 'listed":7' not in world.joined(f"events/{log.name}")


def test_a_line_that_is_missing_in_the_log_stops_it_too(world):
    world.happen(3)
    world.tick()
    world.happen(3)
    log = next((world.state / "events").glob("*.jsonl"))
    whole = log.read_text().splitlines(True)
    log.write_text("".join(whole[:4] + whole[5:]))

    done = world.tick()

    assert "is damaged" in done.trouble().message
    assert world.joined(f"events/{log.name}") == "".join(whole[:4])
    log.write_text("".join(whole))
    assert world.tick().trouble() is None
    assert world.joined(f"events/{log.name}") == "".join(whole)


def test_a_segment_that_took_over_after_an_error_goes_too(world, monkeypatch):
    world.happen(2)
    world.tick()
    failed = []

    def fails_once(file, path):
        if not failed:
            failed.append(path)
            raise files.NotSynced(5, "Input/output error", str(path))
        return synced(file, path)

    synced = files.sync
    monkeypatch.setattr(files, "sync", fails_once)
    world.happen(2)
    monkeypatch.undo()
    world.happen(2)

    done = world.tick()

    assert done.trouble() is None
    assert done.last.arrived_seq == world.bench.log.last_seq
    for log in (world.state / "events").glob("*.jsonl"):
        assert world.joined(f"events/{log.name}") == log.read_text()


def test_a_secret_is_withheld_told_once_and_the_rest_goes_on(world):
    world.hold()
    world.grow(OUT, f"the key is {SECRET}\n")
    world.grow(CALLS, lines(3))

    world.tick()
    world.tick()
    world.grow(OUT, "later words\n")
    world.tick()

    assert SECRET.encode() not in world.everything_at_remote()
    assert world.left_out()[f"{OUT}/000000000000.jsonl"] == "secret (held: anthropic.api_key)"
    assert world.joined(OUT) == "later words\n"
    assert world.joined(CALLS) == lines(3)
    assert world.kinds() == ["sync.withheld"]


@pytest.mark.parametrize("place", [970, 981, 985, 990, 999])
def test_a_secret_over_the_border_of_two_parts_is_in_neither(world, monkeypatch, place):
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    monkeypatch.setattr(parts, "AROUND", 100)
    world.hold(secret=SECRET[:20])  # too short to be known by a half of it
    world.grow(OUT, "x" * place + SECRET[:20] + "y" * 3000 + "\n")

    world.tick()

    assert SECRET[:20] not in world.joined(OUT)
    assert SECRET[:12].encode() not in world.everything_at_remote()
    assert "y" * 900 in world.joined(OUT)


def test_a_secret_in_a_name_is_withheld_and_named_nowhere(world):
    world.hold()
    world.work(f"{SECRET}.txt", "x")
    world.work(f"big-{SECRET}.parquet", "x")
    world.work("fine.txt", "x")
    world.watch()

    world.tick()
    world.tick()

    assert f"runs/{RUN}/workspace/fine.txt" in world.paths()
    sent = world.everything_at_remote() + next((world.state / "events").glob("*.jsonl")).read_bytes()
    assert SECRET.encode() not in sent
    assert SECRET.encode().hex().encode() not in sent
    assert any("[withheld name " in path for path in world.left_out())


def test_numerais_data_are_withheld_by_rule_and_are_no_alarm(world):
    world.lay("results/renamed.bin", b"PAR1" + bytes(100) + b"PAR1")

    world.tick()

    assert world.left_out() == {"results/renamed.bin": "licensed data"}
    assert world.kinds() == []


def test_what_people_call_harmless_goes_after_all(world):
    text = "ghp_qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8zKx"
    world.grow(OUT, f"{text}\nmore\n")
    world.work("a.txt", text)
    world.lay(f"results/{text}.json", "{}")
    world.watch()
    mark = world.tick().stage.told[0].mark
    world.grow(OUT, "more\n")
    world.tick()

    world.change(f'harmless = ["{mark}"]')
    world.tick()

    assert world.joined(OUT) == f"{text}\nmore\nmore\n"
    assert world.content(f"runs/{RUN}/workspace/a.txt") == text
    assert world.content(f"results/{text}.json") == "{}"
    assert world.left_out() == {}


def test_a_secret_that_became_known_while_commits_waited_does_not_go(world):
    world.grow(OUT, f"{SECRET}\n")
    world.remote.rename(world.folder / "away.git")
    with pytest.raises(NabError):
        raise world.tick().trouble()
    (world.folder / "away.git").rename(world.remote)
    world.hold()
    world.bench.paths.sync.joinpath("known").unlink()

    done = world.tick()
    assert "has to stay here" in done.trouble().message
    assert done.trouble().exit_code == FAILED
    assert SECRET.encode() not in world.everything_at_remote()

    world.tick()
    assert SECRET.encode() not in world.everything_at_remote()
    assert world.left_out() == {f"{OUT}/000000000000.jsonl": "secret (held: anthropic.api_key)"}


def test_the_workspace_goes_commit_by_commit_as_our_own_history_has_it(world):
    for number in range(3):
        world.work("a.py", f"version {number}")
        world.watch()
    world.work("folder/b", "b")
    (world.state / f"runs/{RUN}/workspace/a.py").unlink()
    world.watch()

    world.tick()

    path = f"runs/{RUN}/workspace/a.py"
    versions = world.show("log", "--format=", "-p", world.branch, "--", path)
    assert all(f"+version {number}" in versions for number in range(3))
    assert path not in world.paths()
    assert world.content(f"runs/{RUN}/workspace/folder/b") == "b"
    head = git(world.bench.run(RUN).history, "rev-parse", "workspace")
    assert world.content(f"runs/{RUN}/workspace-commit") == head


def test_files_that_become_folders_and_folders_that_become_files_arrive(world):
    world.work("a", "file")
    world.work("b/c", "file")
    world.watch()
    world.tick()
    (world.state / f"runs/{RUN}/workspace/a").unlink()
    shutil.rmtree(world.state / f"runs/{RUN}/workspace/b")
    world.work("a/c", "now a folder")
    world.work("b", "now a file")
    world.watch()

    world.tick()

    inside = {path.removeprefix(f"runs/{RUN}/workspace/") for path in world.paths()}
    assert {"a/c", "b"} <= inside
    assert not {"a", "b/c"} & inside


def test_nothing_of_an_agents_git_is_run_or_stands_at_the_remote_as_such(world, tmp_path):
    trap = tmp_path / "trapped"
    inside = world.state / f"runs/{RUN}/workspace"
    inside.mkdir(parents=True)
    git(inside, "init", "--quiet")
    git(inside, "config", "core.fsmonitor", f"touch {trap}")
    world.work(".gitattributes", "* filter=x\n")
    world.work("nested/.gitmodules", "x")
    world.work("b'\\udcff".encode("utf-8", "backslashreplace").decode(), "odd")
    (inside / os.fsdecode(b"bad-\xff\n name")).write_text("odd name")
    world.watch()

    world.tick()

    assert not trap.exists()
    assert os.fsdecode(f"runs/{RUN}/workspace/".encode() + b"bad-\xff\n name") in world.paths()
    assert not any("/.git" in path for path in world.paths())
    world.sound()


def test_what_the_watcher_left_out_is_in_the_list_too(world):
    world.work("train.parquet", b"PAR1" + bytes(5000))
    world.work("big.bin", bytes(60 << 20))
    world.watch()

    world.tick()

    assert world.left_out() == {
        f"runs/{RUN}/workspace/train.parquet": "data",
        f"runs/{RUN}/workspace/big.bin": "model",
    }


def test_a_file_that_was_withheld_goes_once_its_secret_is_gone(world):
    world.hold()
    world.work("a.py", f"key = '{SECRET}'")
    world.watch()
    world.tick()
    assert f"runs/{RUN}/workspace/a.py" in world.left_out()

    world.work("a.py", "key = environ['KEY']")
    world.watch()
    world.tick()

    assert world.left_out() == {}
    assert "environ" in world.content(f"runs/{RUN}/workspace/a.py")


def test_a_new_key_has_what_was_left_out_judged_again_and_replays_no_history(world):
    for number in range(5):
        world.work("a.py", f"version {number}")
        world.work("x.parquet", b"PAR1" + bytes(number))
        world.work("renamed", b"PAR1" + bytes(number))
        world.watch()
    world.tick()
    before = world.commits()
    world.hold()

    world.tick()

    assert world.commits() == before
    assert world.left_out()[f"runs/{RUN}/workspace/renamed"] == "licensed data"
    assert world.content(f"runs/{RUN}/workspace/a.py") == "version 4"


def test_a_history_that_was_made_anew_is_taken_anew(world):
    world.work("a", "1")
    world.watch()
    world.tick()
    shutil.rmtree(world.bench.run(RUN).history)
    world.watchers.clear()
    (world.state / f"runs/{RUN}/workspace/a").unlink()
    world.work("b", "2")
    world.watch()

    world.tick()

    assert world.content(f"runs/{RUN}/workspace/b") == "2"
    assert f"runs/{RUN}/workspace/a" not in world.paths()


def test_a_broken_history_of_one_run_stops_no_other(world):
    for run in (RUN, OTHER):
        world.work("a", run, run)
        world.watch(run)
    for pack in (world.bench.run(RUN).history / "objects/pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(b"broken")

    done = world.tick()

    assert f"the workspace of {RUN} cannot be synced" in done.trouble().message
    assert world.content(f"runs/{OTHER}/workspace/a") == OTHER


def test_with_runs_ended_a_run_is_hidden_until_it_is_over(tmp_path):
    world = SyncWorld(tmp_path.resolve(), 'runs = "ended"')
    for run, ended in ((RUN, "null"), (OTHER, '{"ending":"finished"}')):
        world.lay(f"runs/{run}/run.json", f'{{"schema":1,"ended":{ended}}}')
        world.grow(f"runs/{run}/agent.log", "words\n")
        world.work("a", "1", run)
        world.watch(run)

    world.tick()

    assert {path.split("/")[1] for path in world.paths() if path.startswith("runs/")} == {OTHER}


def test_a_record_goes_up_to_its_bound_and_the_rest_is_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1 << 16)
    world = SyncWorld(tmp_path.resolve(), "max_record_mib = 1")
    text = lines(40_000)
    world.grow(CALLS, text)

    world.tick()
    world.tick()

    there = len(world.joined(CALLS))
    assert (1 << 20) - (1 << 17) < there <= 1 << 20
    assert world.left_out() == {f"{CALLS}/": growing_files.RECORD}
    row = json.loads(world.content(f"runs/{RUN}/left-out.jsonl"))
    assert row["bytes"] == len(text) - there


@pytest.mark.full
def test_the_segments_of_a_record_arrive_as_they_are_and_count_as_one_towards_its_bound(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(parts, "PART_BYTES", 1 << 14)
    world = SyncWorld(tmp_path.resolve(), "max_record_mib = 1")
    world.grow(CALLS, lines(40_000))
    made = [str(path.relative_to(world.state)) for path in cut(world.state / CALLS, 400_000)]
    segments = [(world.state / path).read_text() for path in made]

    world.tick()
    world.tick()

    assert len(made) > 3
    assert [world.joined(path) for path in made[:2]] == segments[:2]
    assert segments[2].startswith(world.joined(made[2])) and world.joined(made[2])
    assert world.left_out() == {f"{path}/": growing_files.RECORD for path in made[2:]}


def test_when_the_copy_is_full_the_log_goes_on_and_the_bulk_is_listed(tmp_path):
    world = SyncWorld(tmp_path.resolve(), "max_total_gib = 0.001")
    world.happen(2)
    world.grow(CALLS, os.urandom(2 << 20).hex() + "\n")
    world.work("noise", os.urandom(900 << 10))
    world.watch()

    world.tick()

    assert world.left_out() == {f"{CALLS}/": "no room", f"runs/{RUN}/workspace/noise": "no room"}
    assert world.tick().last.arrived_seq == 2
    world.happen()
    assert world.tick().last.arrived_seq == 3


def test_a_first_tick_on_a_large_state_is_split_over_several(world, monkeypatch):
    monkeypatch.setattr(stage, "COMMIT_BYTES", 1 << 20)
    ticking = iter(range(0, 100_000, 3))
    real = clock.monotonic
    for run in range(40):
        world.grow(f"runs/{RUN}/sessions/work-{run}/stdout.jsonl", os.urandom(100_000).hex() + "\n")
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(ticking)))
    first = world.tick().stage
    monkeypatch.setattr(clock, "monotonic", real)

    assert first.unfinished
    assert first.files < 40
    while world.tick().stage.commits:
        pass
    assert len([path for path in world.paths() if path.startswith("runs/")]) == 40


def test_a_dry_run_tells_and_leaves_no_trace(world):
    world.hold()
    world.grow(OUT, f"{SECRET}\n")
    world.grow(CALLS, lines(3))
    world.work("a", "1")
    world.watch()

    done = world.tick(dry_run=True)

    assert done.stage.files == 5  # README, calls, the workspace's file and list, and which commit that is
    assert [alarm.what for alarm in done.stage.told] == ["held: anthropic.api_key"]
    assert not world.mirror.exists()
    assert not (world.bench.paths.sync / "last.json").exists()
    assert world.kinds() == []
    assert git(world.remote, "for-each-ref") == ""


def test_two_at_once_the_second_is_told_to_come_back(world):
    with locks.held(world.bench.paths.sync / "lock", what="the sync"), pytest.raises(NabError) as raised:
        world.tick()

    assert raised.value.exit_code == BUSY


def test_a_key_that_cannot_be_read_stops_everything(world):
    world.hold()
    (world.state / "secrets/anthropic.json").chmod(0o644)
    world.grow(CALLS, lines(3))

    with pytest.raises(NabError, match="can be read by others") as raised:
        world.tick()

    assert raised.value.exit_code == USAGE
    assert git(world.remote, "for-each-ref") == ""
    assert "can be read by others" in json.loads((world.bench.paths.sync / "last.json").read_text())["error"]


def test_with_the_live_tournament_its_key_must_be_there_to_be_looked_for(tmp_path):
    world = SyncWorld(tmp_path.resolve(), '[tournament]\nkind = "live"\n')

    with pytest.raises(NabError, match="no Numerai key"):
        world.tick()


def test_off_means_that_nothing_is_touched(tmp_path):
    world = SyncWorld(tmp_path.resolve())
    world.settings = ""
    world.change("")

    assert world.tick() is None
    assert not world.bench.paths.sync.exists()


def test_lag_and_failure_are_told_once_and_so_is_the_recovery(world, monkeypatch):
    world.happen()
    world.tick()
    real, away = clock.now, world.folder / "away.git"
    world.remote.rename(away)
    for minutes in (0, 5, 20, 30):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: real() + timedelta(minutes=minutes))
        world.grow(CALLS, lines(1, minutes))
        done = world.tick()
        assert done.trouble().exit_code == USAGE  # a folder that is not there is no repository
    assert done.last.waiting >= 4
    assert done.last.lag_seconds(clock.now()) > 1700
    assert world.kinds() == ["sync.failing"]
    away.rename(world.remote)

    done = world.tick()

    assert done.last.lag_seconds(clock.now()) == 0
    assert world.kinds() == ["sync.failing", "sync.recovered"]
    assert world.joined(CALLS) == "".join(lines(1, minutes) for minutes in (0, 5, 20, 30))
