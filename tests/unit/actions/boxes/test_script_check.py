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


HI = "echo hi\n"
SCRIPTS = {
    "a shell": f"#!/bin/sh\n{HI}",
    "a blank": f"#! /bin/bash\n{HI}",
    "an argument": f"#!/bin/bash -eu\n{HI}",
    "two arguments": f"#!/bin/bash -e -u\n{HI}",
    "no first line": HI,
    "line ends of Windows": f"#!/bin/bash\r\n{HI}",
    "line ends of Windows after env": "#!/usr/bin/env python3\r\nprint('hi')\n",
    "env -S": "#!/usr/bin/env -S python3 -u\nprint('hi')\n",
    "env -S with a variable": f"#!/usr/bin/env -S A=1 bash -e\n{HI}",
    "env without -S": "#!/usr/bin/env python3 -u\nprint('hi')\n",
    "a byte order mark": f"\ufeff#!/bin/bash\n{HI}",
    "a byte order mark before Python": "\ufeff#!/usr/bin/env python3\nprint('hi')\n",
    "too long": f"#!/bin/{'./' * 130}sh\n{HI}",
    "too long for Python": f"#!/usr/bin/{'./' * 130}python3\nimport sys\nsys.stdout.write('hi')\n",
    "just short enough": f"#!/bin/{'./' * 100}sh\n{HI}",
    "not there": f"#!/opt/nowhere/bash\n{HI}",
    "relative": f"#!bin/nowhere\n{HI}",
    "without a folder": f"#!sh\n{HI}",
    "a folder": f"#!FOLDER/inner\n{HI}",
    "a file that is not executable": f"#!FOLDER/plain\n{HI}",
    "a script that runs scripts": f"#!FOLDER/runs\n{HI}",
    "a script whose own shell is not there": f"#!FOLDER/lost\n{HI}",
    "a script relative to the workspace": f"#!./runs\n{HI}",
    "a link to a shell": f"#!FOLDER/link\n{HI}",
    "an end within a text": f"#!/bin/sh\0 -x\n{HI}",
}


@pytest.mark.full
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_the_verdict_is_ready_where_the_kernel_runs_it_and_nowhere_else(tmp_path, text):
    (tmp_path / "inner").mkdir()
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    (tmp_path / "link").symlink_to("/bin/sh")
    for name, shell in (("runs", "/bin/sh"), ("lost", "/opt/nowhere/sh")):
        (tmp_path / name).write_text(f'#!{shell}\nexec /bin/sh "$@"\n')
        (tmp_path / name).chmod(0o755)
    left(tmp_path, text.replace("FOLDER", str(tmp_path)))

    fired = subprocess.run(
        ["timeout", "5", "./submit.sh"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    said, why = verdict(tmp_path)
    assert (said is ScriptVerdict.READY) is ("hi" in fired.stdout), (said, why, fired)
    if said is not ScriptVerdict.READY:
        assert (said, bool(why)) == (ScriptVerdict.NO_INTERPRETER, True)


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
