"""Which program runs a script: its first line as Linux reads it, and as /usr/bin/env reads what comes after."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

SHELL = "/bin/sh"  # whoever starts a script that the kernel takes for none gives it to the shell
SHELLS = {"sh", "bash", "dash", "ash", "ksh", "zsh"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_BYTES = 255  # of the line; the kernel reads no more of it
BLANKS = b" \t"
PROGRAM = b"\x7fELF"
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
WITH_VALUE = {"-u", "--unset", "-C", "--chdir", "-a", "--argv0"}  # options of env that take the next word
NOT_SEEN = "so that the kernel does not see which program runs it"


@dataclass(frozen=True)
class FirstLine:
    """What runs a script: `interpreter` is what the kernel starts, `program` what env starts, if that is it.

    `trouble` says why it cannot be run, `remark` what is worth knowing where it can.
    """

    interpreter: str = SHELL
    program: str = ""
    trouble: str = ""
    remark: str = ""

    @property
    def name(self) -> str:
        """The name of the program that reads the script."""
        return (self.program or self.interpreter).rpartition("/")[2]


def read(line: bytes) -> FirstLine:
    """Read the first line of a file, without its end (the newline)."""
    if line.startswith(BYTE_ORDER_MARK + b"#!"):
        return hidden(line.removeprefix(BYTE_ORDER_MARK), f"it begins with a byte order mark, {NOT_SEEN}")
    if not line.startswith(b"#!"):
        return without(line)
    if line.endswith(b"\r"):
        return FirstLine(
            interpreter=parts(line)[0],
            trouble="its line ends are those of Windows, and the kernel takes the carriage return for a part of the "
            "program's name: sed -i 's/\\r$//' submit.sh",
        )
    if len(line) > MOST_BYTES and not ends_in_time(line):
        return hidden(line, f"its first line is longer than {MOST_BYTES} bytes, {NOT_SEEN}")
    return named(line)


def without(line: bytes) -> FirstLine:
    """Read a first line that names no program."""
    if line.startswith(PROGRAM):
        return FirstLine(interpreter="", remark="it is a program and no script: it was not looked into")
    if b"\0" in line:
        return FirstLine(trouble="it is neither a text nor a program")
    return FirstLine()


def hidden(line: bytes, why: str) -> FirstLine:
    """Read a first line that the kernel does not see: the shell runs the script, which suits one for a shell alone."""
    meant = named(line, len(line))
    return FirstLine(remark=f"{why}; {SHELL} does") if meant.name in SHELLS else FirstLine(trouble=why)


def named(line: bytes, most: int = MOST_BYTES) -> FirstLine:
    """Read the program of a first line, and the one argument that the kernel makes of all the rest."""
    interpreter, argument = parts(line, most)
    if not interpreter:
        return FirstLine()
    found = FirstLine(interpreter if "/" in interpreter else f"./{interpreter}")
    if found.name == "env":
        return by_env(found, argument)
    if len(argument.split()) > 1 and (found.name in SHELLS or found.name.startswith("python")):
        return FirstLine(
            found.interpreter, trouble=f"the kernel hands {found.name} one argument: {argument!r}"
        )
    return found


def by_env(found: FirstLine, argument: str) -> FirstLine:
    """Find the program that env starts. Without -S it takes the whole argument for a name."""
    split = re.match(r"(?:-[0iv]*S|--split-string(?:=|\s))\s*(?P<rest>.*)", argument, re.DOTALL)
    if split is None and len(argument.split()) > 1:
        why = f"env takes {argument!r} for one word: write env -S before several"
        return FirstLine(found.interpreter, trouble=why)
    try:
        words = shlex.split(split["rest"]) if split else [argument]
    except ValueError:
        words = []
    program = first_program(words)
    if not program:
        return FirstLine(found.interpreter, trouble=f"env is told of no program in {argument!r}")
    return FirstLine(found.interpreter, program)


def first_program(words: list[str]) -> str:
    """Return the first word that is neither an option of env nor a variable's value."""
    rest = iter(words)
    for word in rest:
        if word in WITH_VALUE:
            next(rest, None)
        elif word == "--":
            return next(rest, "")
        elif not word.startswith("-") and not ASSIGNMENT.fullmatch(word):
            return word
    return ""


def ends_in_time(line: bytes) -> bool:
    """Say whether the program's name ends in what the kernel reads of a line that is too long."""
    return re.match(rb"#![ \t]*[^ \t\0]+[ \t\0]", line[: MOST_BYTES + 1]) is not None


def parts(line: bytes, most: int = MOST_BYTES) -> tuple[str, str]:
    """Take a first line apart as the kernel does: the name, and one argument, without the blanks around them."""
    said = line[2 : most + 1].partition(b"\0")[0].strip(BLANKS)
    found = re.match(rb"([^ \t]*)[ \t]*(.*)", said, re.DOTALL)
    assert found is not None  # it matches an empty text, too
    return found[1].decode("utf-8", "replace"), found[2].decode("utf-8", "replace")
