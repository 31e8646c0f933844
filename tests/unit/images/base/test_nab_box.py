import subprocess
from pathlib import Path

import pytest

NAB_BOX = Path(__file__).resolve().parents[4] / "images" / "base" / "nab-box"


def box(tmp_path, phase, *command):
    file = tmp_path / "phase"
    if phase is not None:
        file.write_text(phase, encoding="ascii")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return subprocess.run(
        [NAB_BOX, *command],
        env={"PATH": "/usr/bin:/bin", "NAB_PHASE_FILE": str(file), "NAB_WORKSPACE": str(workspace)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("phase", ["work", "work\n"])
def test_work_runs_the_agent_in_its_workspace(tmp_path, phase):
    done = box(tmp_path, phase, "pwd")

    assert done.returncode == 0
    assert done.stdout.strip() == str(tmp_path / "workspace")


def test_the_exit_code_is_the_agents_own(tmp_path):
    assert box(tmp_path, "work", "sh", "-c", "exit 7").returncode == 7


def test_arguments_stay_whole(tmp_path):
    assert box(tmp_path, "work", "printf", "%s|", "a b", "*").stdout == "a b|*|"


def test_submit_waits_so_that_a_script_can_be_run_inside(tmp_path):
    (tmp_path / "sleep").write_text("#!/bin/sh\necho sleeping $1\n", encoding="ascii")
    (tmp_path / "sleep").chmod(0o755)
    (tmp_path / "phase").write_text("submit", encoding="ascii")
    done = subprocess.run(
        [NAB_BOX, "echo", "the agent must not run"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "NAB_PHASE_FILE": str(tmp_path / "phase")},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert done.stdout == "sleeping infinity\n"


@pytest.mark.parametrize(
    ("phase", "command", "why"),
    [
        (None, ("true",), "cannot read"),
        ("", ("true",), "unknown phase ''"),
        ("play", ("true",), "unknown phase 'play'"),
        ("work", (), "no command"),
    ],
    ids=["no file", "empty", "another word", "no command"],
)
def test_anything_else_is_refused_with_a_message(tmp_path, phase, command, why):
    done = box(tmp_path, phase, *command)

    assert done.returncode == 64
    assert why in done.stderr
