"""What an agent left as submit.sh, judged without running it."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import StrEnum

LARGEST = 1 << 20
SHELLS = {"sh", "bash", "dash"}


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
    def interpreter(self) -> tuple[str, ...]:
        """Return the words after `#!`; the shell where there are none, as the kernel's callers do."""
        if not self.first_line.startswith(b"#!"):
            return ("/bin/sh",)
        return tuple(self.first_line[2:].decode("utf-8", "replace").split()[:8]) or ("/bin/sh",)

    @property
    def program(self) -> str:
        """Return the name of the program that runs it; `#!/usr/bin/env python3` names the second word."""
        words = self.interpreter
        named = words[1:] if words[0].endswith("/env") and len(words) > 1 else words
        return named[0].rpartition("/")[2]


def judge(found: FoundScript | None) -> tuple[ScriptVerdict, str]:
    """Judge what can be seen from outside. Returns the verdict and what explains it."""
    if found is None:
        return ScriptVerdict.MISSING, "there is no submit.sh in the workspace"
    if not stat.S_ISREG(found.mode):
        return ScriptVerdict.NO_FILE, "submit.sh is a link, a folder or something else than a file"
    if found.size == 0:
        return ScriptVerdict.EMPTY, "submit.sh is empty"
    if found.size > LARGEST:
        return ScriptVerdict.TOO_LARGE, f"submit.sh has {found.size} bytes"
    if not found.mode & stat.S_IXUSR:
        return ScriptVerdict.NOT_EXECUTABLE, "submit.sh is not executable by its owner"
    return ScriptVerdict.READY, ""


def trial(found: FoundScript) -> tuple[str, ...]:
    """Return the words that, inside the box, look whether it can be run without running it: exit code 0, 1 or 127.

    127 says that the interpreter is not there, 1 that it does not take the text.
    """
    there = 'command -v "$1" >/dev/null || exit 127; '
    if found.program in SHELLS:
        look = '"$1" -n submit.sh || exit 1'
    elif found.program.startswith("python"):
        look = '"$1" -c \'compile(open("submit.sh", "rb").read(), "submit.sh", "exec")\' || exit 1'
    else:
        look = "exit 0"
    words = found.interpreter
    program = found.program if words[0].endswith("/env") else words[0]
    return ("timeout", "20", "sh", "-c", there + look, "sh", program)


def tried(exit_code: int | None, printed: str) -> tuple[ScriptVerdict, str]:
    """Read how that look ended. What could not be tried counts as ready: firing it will tell."""
    last = " ".join(printed.split())[-200:]
    match exit_code:
        case 1:
            return ScriptVerdict.SYNTAX_ERROR, last
        case 127:
            return ScriptVerdict.NO_INTERPRETER, "the interpreter that its first line names is not in the box"
        case 0:
            return ScriptVerdict.READY, ""
        case _:
            return ScriptVerdict.READY, "it could not be tried in the box"
