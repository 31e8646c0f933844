"""What a person sees who makes a mistake, or whose machine is not ready: one sentence, a remedy, and no traceback."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from support.repository.benches import REPOSITORY

pytestmark = pytest.mark.full  # a program is started for each
LAUNCH = ("launch.py", "--agent", "baseline", "--level", "L3")


def script(name, *options, folder, before=(), **environment):
    words = [
        *before,
        sys.executable,
        str(REPOSITORY / "scripts" / name),
        "--state",
        str(folder / "state"),
        *options,
    ]
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        timeout=60,
    )


def complaint(done, code):
    """Return the sentence, after checking that it is nothing but one and a remedy."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert 1 <= len(lines) <= 2
    assert lines[0].startswith("nab: ")
    return done.stderr


def test_an_unknown_agent_is_told_which_there_are(tmp_path):
    said = complaint(script("launch.py", "--agent", "gpt", "--level", "L3", folder=tmp_path), 2)

    assert "no agent 'gpt'" in said
    assert "baseline, claude, codex, example, gemini, random" in said
    assert list((tmp_path / "state").iterdir()) == []


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_a_coding_agent_without_a_key_is_one_sentence_and_starts_nothing(tmp_path, words):
    said = complaint(script("launch.py", "--agent", "codex", "--level", "L3", *words, folder=tmp_path), 2)

    assert f"no OpenAI key for codex at {tmp_path}/state/secrets/openai.json" in said
    assert "with mode 600" in said
    assert list((tmp_path / "state").iterdir()) == []


@pytest.mark.parametrize("level", ["L9", "3", ""])
def test_an_unknown_level_is_told_which_there_are(tmp_path, level):
    said = complaint(script("launch.py", "--agent", "baseline", "--level", level, folder=tmp_path), 2)

    for name in ("L1 (guided)", "L2 (directed)", "L3 (autonomous)", "L4 (forever loop)"):
        assert name in said


@pytest.mark.parametrize("name", ["launch.py", "watch.py", "prompt.py"])
def test_what_is_no_replica_is_one_sentence_of_every_script_that_takes_one(tmp_path, name):
    chosen = ("--agent", "codex", "--level", "L4", "--replica", "B")
    (tmp_path / "state" / "events").mkdir(parents=True)

    assert "'B' is not a valid name for a replica" in complaint(script(name, *chosen, folder=tmp_path), 2)


@pytest.mark.parametrize("words", [(), ("--forever",)])
def test_an_entrant_that_is_not_in_the_settings_is_told_which_are(tmp_path, words):
    file = tmp_path / "nab.toml"
    file.write_text('[[entrants]]\nagent = "claude"\nlevel = "L4"\nmodel = "m"\n')

    said = complaint(
        script("launch.py", "--config", str(file), "--entrant", "codex-l4", *words, folder=tmp_path), 2
    )

    assert "no entrant codex-l4 in" in said
    assert "entrants there: claude-l4" in said


def test_only_an_entrant_without_an_end_is_kept_going(tmp_path):
    said = complaint(script("launch.py", "--entrant", "baseline-l3", "--forever", folder=tmp_path), 2)

    assert "baseline-l3 has an end" in said
    assert list((tmp_path / "state").iterdir()) == []


def test_a_control_knows_only_the_level_that_it_was_written_for(tmp_path):
    said = complaint(script("launch.py", "--agent", "baseline", "--level", "L4", folder=tmp_path), 2)

    assert "baseline is a program of ours and knows no L4" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\ncpu = 1", "unknown key `cpu`"),
        ('[limits]\ncpus = "two"', "limits.cpus"),
        ("x = [", "not TOML"),
        ("[limits]\nsubmit_minutes = inf", "limits.submit_minutes"),
        ('[sync]\nbranch = "bench.lock"', "sync.branch"),
    ],
    ids=["unknown key", "wrong type", "no TOML", "no end", "no branch"],
)
@pytest.mark.parametrize("name", ["status.py", "launch.py", "watch_window.py", "deadman.py"])
def test_a_mistake_in_the_settings_is_named_with_its_place(tmp_path, name, text, words):
    file = tmp_path / "bad.toml"
    file.write_text(text)

    said = complaint(script(name, "--config", str(file), folder=tmp_path), 2)

    assert words in said
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("name", ["deadman.py", "status.py"])
def test_a_folder_as_the_settings_is_one_sentence(tmp_path, name):
    assert "Is a directory" in complaint(script(name, "--config", str(tmp_path), folder=tmp_path), 2)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("backup.py",), "no FILE given"),
        (("backup.py", "--file", "README.md"), "README.md is there already"),
        (("backup.py", "--file", "nowhere/b"), "no folder nowhere"),
        (("backup.py", "--file", "none.tar.gz"), "holds nothing yet"),
        (("restore.py",), "no FILE given"),
        (("restore.py", "--file", "nowhere"), "no file nowhere"),
        (("restore.py", "--file", "README.md"), "README.md cannot be restored: it is no backup of ours"),
    ],
)
def test_a_backup_that_cannot_be_made_or_restored_is_told_why_and_nothing_is_written(tmp_path, words, why):
    name, *options = words
    assert why in complaint(script(name, *options, folder=tmp_path), 2)
    assert {path.name for path in (tmp_path / "state").iterdir()} <= {"locks", "events"}
    assert not (REPOSITORY / "none.tar.gz").exists()


def test_an_archive_of_a_run_that_is_not_there_is_answered_with_those_that_are(tmp_path):
    (tmp_path / "state").mkdir()
    assert "make run AGENT=" in complaint(script("har.py", "--run", "x", folder=tmp_path), 2)
    calls = tmp_path / "state/runs/2026-05-16T130207Z-codex-l4/calls"
    calls.mkdir(parents=True)
    (calls / "http.jsonl").touch()

    said = complaint(script("har.py", "--run", "claude", folder=tmp_path), 2)

    assert "no run 'claude'" in said
    assert "the newest runs: 2026-05-16T130207Z-codex-l4" in said


def test_without_a_key_nothing_is_begun(tmp_path):
    said = complaint(script(*LAUNCH, folder=tmp_path), 2)

    assert "no Numerai key at" in said
    assert not (tmp_path / "state/events").exists()


@pytest.mark.parametrize("name", ["results.py", "status.py", "show.py", "stop.py"])
def test_a_state_folder_that_is_none_is_one_sentence_and_is_not_made(tmp_path, name):
    assert "is not a state folder: there is no such folder" in complaint(script(name, folder=tmp_path), 2)
    assert not (tmp_path / "state").exists()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "notes.txt").touch()

    assert "it holds nothing of ours" in complaint(script(name, folder=tmp_path), 2)


@pytest.fixture
def forbidden(tmp_path):
    """A listening socket that we may not use, and how a program has to be started to feel it."""
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        path.chmod(0)
        powers = (
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search",
        )
        if os.geteuid() == 0:
            os.chown(path, 12345, 12345)
        yield f"unix://{path}", powers if os.geteuid() == 0 else ()


def test_without_permission_on_the_engine_the_remedy_is_the_group(tmp_path, forbidden):
    address, before = forbidden
    (tmp_path / "state").mkdir()

    said = complaint(script("stop.py", folder=tmp_path, before=before, DOCKER_HOST=address), 2)

    assert "permission denied on the Docker socket" in said
    assert "usermod -aG docker" in said


def test_without_an_engine_stop_says_how_to_start_it(tmp_path):
    (tmp_path / "state").mkdir()
    said = complaint(script("stop.py", folder=tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock"), 2)

    assert "no Docker engine is running" in said


def test_status_works_without_an_engine_and_does_not_call_that_none_running(tmp_path):
    (tmp_path / "state").mkdir()
    done = script("status.py", folder=tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock")

    assert done.returncode == 0
    assert "the Docker engine cannot be asked" in done.stdout


@pytest.fixture
def full_disk(tmp_path):
    """Words that start a program with a full disk for its state; the mount is gone with the program."""
    state = tmp_path / "state"
    state.mkdir()
    private = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    fill = f"mount -t tmpfs -o size=64k none {state} && (cat /dev/zero >{state}/filler 2>/dev/null; :)"
    words = [
        *private,
        "sh",
        "-c",
        f'{fill} && "$@"; code=$?; ls -A {state} >{tmp_path}/left; exit $code',
        "sh",
    ]
    trial = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    if not shutil.which("unshare") or trial.returncode != 0:
        pytest.skip(f"cannot mount a small disk here: {trial.stderr.strip()}")
    return words, tmp_path / "left"


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_left_half_written(tmp_path, full_disk):
    words, left = full_disk

    said = complaint(script(*LAUNCH, folder=tmp_path, before=words), 1)

    assert "no space left" in said
    assert [name for name in left.read_text().split() if name != "filler" and ".tmp" in name] == []


@pytest.mark.parametrize("name", ["status.py", "lock.py", "runs.py", "turns.py"])
def test_a_reader_that_has_seen_enough_is_no_mistake(tmp_path, name):
    (tmp_path / "state" / "events").mkdir(parents=True)
    reading, writing = os.pipe()
    os.close(reading)

    words = [sys.executable, str(REPOSITORY / "scripts" / name), "--state", str(tmp_path / "state")]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")
