import subprocess

import pytest

from nab.actions.boxes import script_check
from nab.core.windows import submit_scripts
from nab.core.windows.submit_scripts import ScriptVerdict
from nab.paths import AgentFolder


def verdict(workspace):
    """Judge a workspace as the box would: the trial's words are run here."""
    found = script_check.seen(AgentFolder(workspace))
    said, why = submit_scripts.judge(found)
    if said is not ScriptVerdict.READY:
        return said, why
    done = subprocess.run(
        submit_scripts.trial(found), cwd=workspace, capture_output=True, text=True, check=False
    )
    return submit_scripts.tried(done.returncode, done.stdout + done.stderr)


def left(workspace, text, mode=0o755):
    (workspace / "submit.sh").write_text(text)
    (workspace / "submit.sh").chmod(mode)


@pytest.mark.full
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#!/bin/sh\necho hello\n", ScriptVerdict.READY),
        ("#!/bin/sh\nif true; then\n", ScriptVerdict.SYNTAX_ERROR),
        ("#!/usr/bin/env bash\na=(1 2)\necho ${a[0]}\n", ScriptVerdict.READY),
        ("#!/usr/bin/env python3\nprint('hello')\n", ScriptVerdict.READY),
        ("#!/usr/bin/env python3\nprint('hello'\n", ScriptVerdict.SYNTAX_ERROR),
        ("#!/opt/nowhere/perl\n1;\n", ScriptVerdict.NO_INTERPRETER),
        ("#!/usr/bin/env nosuchprogram\n", ScriptVerdict.NO_INTERPRETER),
        ("#!/usr/bin/awk -f\nBEGIN { }\n", ScriptVerdict.READY),
    ],
)
def test_a_script_is_looked_at_with_the_program_that_its_first_line_names(tmp_path, text, expected):
    left(tmp_path, text)

    assert verdict(tmp_path)[0] is expected


def test_looking_runs_nothing_of_it(tmp_path):
    left(tmp_path, "#!/bin/sh\ntouch ran\n")

    assert verdict(tmp_path)[0] is ScriptVerdict.READY
    assert not (tmp_path / "ran").exists()


def test_a_link_is_not_followed_and_nothing_waits_for_a_pipe(tmp_path):
    (tmp_path / "submit.sh").symlink_to("/etc/passwd")
    assert verdict(tmp_path)[0] is ScriptVerdict.NO_FILE

    (tmp_path / "submit.sh").unlink()
    subprocess.run(["mkfifo", tmp_path / "submit.sh"], check=True)
    assert verdict(tmp_path)[0] is ScriptVerdict.NO_FILE


def test_an_empty_workspace_has_none(tmp_path):
    assert verdict(tmp_path)[0] is ScriptVerdict.MISSING
