"""The commands that a scripted agent runs in its box.

No command holds $(...), a backtick or <(...): one of the agents refuses those.
"""

from __future__ import annotations

from importlib import resources


def text(name: str) -> str:
    """Return one of the files that the scripted agent writes."""
    return resources.files("nab.models").joinpath("workspace", f"{name}.txt").read_text(encoding="utf-8")


def write(name: str) -> str:
    """Return the command that writes such a file into the present folder."""
    return f"cat > {name} <<'END_OF_FILE'\n{text(name)}END_OF_FILE\n"


# The image of an agent may have the libraries in a place of their own.
PYTHON = "PYTHON=/opt/control/bin/python; test -x $PYTHON || PYTHON=python3; "

SUBMISSION = (
    ("First I look around.", "pwd; ls -la; id -un; env | cut -d= -f1 | sort | tr '\\n' ' '; uname -sm"),
    (
        "Numerai's data first, then a small model. I write the research down as a script.",
        write("research.py"),
    ),
    ("Now the research.", f"{PYTHON}$PYTHON research.py"),
    (
        "The model is there. What runs every day is next.",
        f"{write('predict.py')}{write('submit.sh')}chmod +x submit.sh; ls -l",
    ),
    ("A check without an upload.", f"sh -n submit.sh && {PYTHON}$PYTHON predict.py --check"),
)

BASIC = (
    ("First I look around.", "pwd; ls -la; id -un"),
    ("I write submit.sh.", "printf '#!/bin/sh\\necho submitted\\n' > submit.sh; chmod +x submit.sh"),
    ("A check.", "sh -n submit.sh && ./submit.sh"),
)


def leave_behind(seconds: float) -> str:
    """Return the command that starts a process of its own session and comes back at once."""
    return f"setsid sleep {seconds:.0f} > /dev/null 2>&1 < /dev/null & echo started $!"


def leave_submitting(seconds: float) -> str:
    """Return the command that leaves behind what runs submit.sh after so many seconds, and then goes on."""
    return f"setsid sh -c 'sleep {seconds:.0f}; ./submit.sh; sleep 600' > loop.log 2>&1 < /dev/null & echo started $!"


# Written, not only asked for, so that it is taken. Where nothing would kill it, it does not begin.
GREEDY = """\
import pathlib, sys
limits = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
said = [pathlib.Path(limit).read_text().strip() for limit in limits if pathlib.Path(limit).exists()]
if not any(limit.isdigit() and int(limit) < 2**40 for limit in said):
    sys.exit("no memory limit here: not tried")
kept = []
while True:
    kept.append(b"x" * (2**26))
    print(len(kept) * 64, "MiB", flush=True)
"""
TOO_MUCH = (
    ("All of the data at once.", f"cat > greedy.py <<'END_OF_FILE'\n{GREEDY}END_OF_FILE\npython3 greedy.py"),
)
