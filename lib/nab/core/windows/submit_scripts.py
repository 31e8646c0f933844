"""What an agent left as submit.sh, judged without running it."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import StrEnum

from nab.core.windows import first_lines
from nab.core.windows.first_lines import SHELLS, FirstLine

LARGEST = 1 << 20


class ScriptVerdict(StrEnum):
    """What a look at submit.sh came to. Only `ready` can be fired with any hope."""

    READY = "ready"
    MISSING = "missing"
    NO_FILE = "no file"
    NOT_EXECUTABLE = "not executable"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    NO_INTERPRETER = "no interpreter"
    SYNTAX_ERROR = "syntax error"


@dataclass(frozen=True)
class FoundScript:
    """The entry submit.sh of a workspace: its mode (st_mode), its size in bytes, and its first line."""

    mode: int
    size: int
    first_line: bytes = b""

    @property
    def runs(self) -> FirstLine:
        """What runs it."""
        return first_lines.read(self.first_line)


def judge(found: FoundScript | None) -> tuple[ScriptVerdict, str]:
    """Judge what can be seen from outside. Returns the verdict and what explains it."""
    if found is None:
        return ScriptVerdict.MISSING, "there is no submit.sh in the workspace"
    if not stat.S_ISREG(found.mode):
        return ScriptVerdict.NO_FILE, "submit.sh is a link, a folder or something else than a file"
    if not 0 < found.size <= LARGEST:
        verdict = ScriptVerdict.TOO_LARGE if found.size else ScriptVerdict.EMPTY
        return verdict, f"submit.sh has {found.size} bytes"
    if not found.mode & stat.S_IXUSR:
        return ScriptVerdict.NOT_EXECUTABLE, "submit.sh is not executable by its owner"
    if found.runs.trouble:
        return ScriptVerdict.NO_INTERPRETER, found.runs.trouble
    return ScriptVerdict.READY, ""


# A program is a file that may be run. One that is a script itself is run by another; the kernel follows four of them.
THERE = """
of=$1 n=0
while :; do
    [ -f "$of" ] && [ -x "$of" ] || exit 127
    first=$(head -c 255 "$of" | head -n 1 | tr -d '\\000' | LC_ALL=C sed -n 's/^#![ \\t]*//p')
    [ -n "$first" ] || break
    of=${first%%[ \t]*} n=$((n + 1))
    case $of in */*) ;; *) of=./$of ;; esac
    [ "$n" -lt 5 ] || exit 127
done
[ "$n" = 0 ] || exit 0
[ -z "$2" ] || command -v "$2" >/dev/null || exit 127
"""


def trial(found: FoundScript) -> tuple[str, ...]:
    """Return the words that, inside the box, look whether it can be run without running it: exit code 0, 1 or 127.

    127 says that the interpreter is not there, 1 that it does not take the text.
    """
    runs = found.runs
    if runs.name in SHELLS:
        look = '"${2:-$1}" -n submit.sh || exit 1'
    elif runs.name.startswith("python"):
        look = '"${2:-$1}" -c \'compile(open("submit.sh", "rb").read(), "submit.sh", "exec")\' || exit 1'
    else:
        look = "exit 0"
    there = THERE if runs.interpreter else ""
    return ("timeout", "20", "sh", "-c", there + look, "sh", runs.interpreter, runs.program)


def tried(exit_code: int | None, printed: str, remark: str = "") -> tuple[ScriptVerdict, str]:
    """Read how that look ended. What could not be tried counts as ready: firing it will tell."""
    last = " ".join(printed.split())[-200:]
    match exit_code:
        case 1:
            return ScriptVerdict.SYNTAX_ERROR, last
        case 127:
            return ScriptVerdict.NO_INTERPRETER, "the interpreter that its first line names is not in the box"
        case 0:
            return ScriptVerdict.READY, remark
        case _:
            return ScriptVerdict.READY, "it could not be tried in the box"
