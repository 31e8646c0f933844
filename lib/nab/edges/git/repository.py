"""The history of a workspace, kept where the agent cannot reach it.

git is never run in the agent's own folder: its .git could hold hooks, filters and a file-system
monitor that would run as us, and nested repositories or a `.gitignore` would hide its work. We read
the files ourselves and hand git their contents in a stream, for a git directory of ours.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from nab.core.errors import FAILED, NabError
from nab.core.recording.workspace.paths import quoted, unquoted
from nab.edges import process

BRANCH, NEXT = "refs/heads/workspace", "refs/nab/next"
ALONE = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}
OURS = (
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.protectHFS=false",
    "-c", "core.protectNTFS=false",
    "-c", "core.compression=1",
    "-c", "core.bigFileThreshold=8m",
    "-c", "fastimport.unpackLimit=1",
    "-c", "gc.auto=0",
    "-c", "pack.threads=1",
    "-c", "pack.windowMemory=64m",
)  # fmt: skip
PACKS = 50  # more small ones than this are joined
LARGE_PACK = 4 << 20
LEFTOVERS = ("objects/pack/tmp_*", "objects/pack/.tmp-*", "fast_import_crash_*", "refs/*/*.lock", "*.lock")


def make(history: Path, branch: str = BRANCH) -> None:
    """Make the git directory unless it is there, and remove what a killed git left in it. We hold its lock."""
    if not (history / "HEAD").exists():
        name = branch.removeprefix("refs/heads/")
        process.run(
            "git", "init", "--quiet", "--bare", "--template=", f"--initial-branch={name}", str(history),
            env=ALONE,
        )  # fmt: skip
    for pattern in LEFTOVERS:
        for path in history.glob(pattern):
            path.unlink(missing_ok=True)


def head(history: Path, branch: str = BRANCH) -> str:
    """Return the id of the last commit; empty before the first."""
    with suppress(FileNotFoundError):
        return (history / branch).read_text(encoding="ascii").strip()
    return ""


def tracked(history: Path) -> list[bytes]:
    """Return the path of every file in the last commit."""
    listed = git(history, "ls-tree", "-r", "--name-only", "HEAD").stdout
    return [unquoted(line) for line in listed.splitlines()]


def begin(stream: IO[bytes], parent: str, message: str, seconds: int) -> None:
    """Begin a commit in a stream of git's import format."""
    said = message.encode()
    stream.write(b"feature done\ncommit %b\n" % NEXT.encode())
    stream.write(b"committer nab <nab@localhost> %d +0000\ndata %d\n%b\n" % (seconds, len(said), said))
    if parent:
        stream.write(b"from %b\n" % parent.encode())


def put(stream: IO[bytes], path: bytes, mode: bytes, content: bytes) -> None:
    """Put a file (100644, 100755) or a link (120000) into the commit."""
    stream.write(b"M %b inline %b\ndata %d\n" % (mode, quoted(path), len(content)))
    stream.write(content)
    stream.write(b"\n")


def drop(stream: IO[bytes], path: bytes) -> None:
    """Take a file, or a folder with all that is in it, out of the commit."""
    stream.write(b"D %b\n" % quoted(path))


def record(history: Path, stream: IO[bytes], seconds: float, branch: str = BRANCH) -> bool:
    """Make the commit that the stream describes; returns False, and makes none, when it changes nothing.

    Raises NabError, with the history as it was, when git fails or takes longer.
    """
    stream.write(b"done\n")
    stream.flush()
    stream.seek(0)
    git(
        history,
        "fast-import",
        "--quiet",
        "--force",
        "--depth=0",
        timeout=max(1.0, seconds),
        standard_input=stream,
    )
    new, tree = git(history, "rev-parse", NEXT, f"{NEXT}^{{tree}}").stdout.split()
    old = head(history, branch)
    if old and git(history, "rev-parse", f"{old}^{{tree}}").stdout.strip() == tree:
        return False
    git(history, "update-ref", branch, new)
    return True


def commits(history: Path) -> int:
    """Count the commits."""
    try:
        return int(git(history, "rev-list", "--count", "HEAD").stdout)
    except NabError:
        return 0


def size(history: Path) -> int:
    """Return the bytes that the history takes on the disk."""
    return sum(path.stat().st_size for path in history.glob("objects/*/*"))


def tidy(history: Path, seconds: float) -> None:
    """Join small packs when there are many; large ones, and what cannot be joined in time, stay as they are."""
    small = []
    for pack in history.glob("objects/pack/*.pack"):
        if pack.with_suffix(".keep").exists():
            continue
        if pack.stat().st_size > LARGE_PACK:
            pack.with_suffix(".keep").touch()
        else:
            small.append(pack)
    if len(small) <= PACKS:
        return
    limit = ("timeout", "--signal=KILL", f"{max(1.0, seconds):.0f}")  # ends git's own children too
    words = (*limit, "git", f"--git-dir={history}", *OURS, "repack", "-d", "--quiet", "--geometric=2")
    if process.run(*words, check=False, env=ALONE, cwd=history).exit_code != 0:
        for pack in small:
            pack.with_suffix(".keep").touch()
        raise NabError(f"{len(small)} packs of the history could not be joined", exit_code=FAILED)


def git(
    history: Path,
    *words: str,
    timeout: float = 30,
    standard_input: IO[bytes] | None = None,
    standard_output: IO[bytes] | None = None,
) -> process.Ended:
    """Run git on our own git directory, deaf to every configuration but ours."""
    return process.run(
        *("git", f"--git-dir={history}", *OURS, *words),
        env=ALONE,
        cwd=history,
        timeout=timeout,
        standard_input=standard_input,
        standard_output=standard_output,
    )
