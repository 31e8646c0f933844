"""The history of a workspace, kept where the agent cannot reach it.

git is never run in the agent's own folder: its .git could hold hooks, filters and a file-system
monitor that would run as us, and nested repositories or a `.gitignore` would hide its work. The
history is made from a mirror, in a git directory of ours.
"""

from __future__ import annotations

from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges import process

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
    "-c", "core.excludesFile=/dev/null",
    "-c", "gc.auto=0",
    "-c", "user.name=nab",
    "-c", "user.email=nab@localhost",
)  # fmt: skip
VANISHED = 24  # rsync: files went away while it copied
PARTLY = 23  # rsync: something could not be read


def mirror(workspace: Path, copy: Path, *, largest_mib: int) -> None:
    """Make the copy equal to the workspace, without .git folders, devices, large files and links that lead out."""
    if not workspace.is_dir():
        raise NabError(f"the workspace cannot be copied: {workspace} is gone", exit_code=FAILED)
    copy.mkdir(parents=True, exist_ok=True)
    ended = process.run(
        "rsync", "-a", "--delete", "--delete-excluded", "--exclude=.git", "--modify-window=-1",
        f"--max-size={largest_mib}m", "--safe-links",
        "--no-devices", "--no-specials", "--no-owner", "--no-group", "--chmod=u+rwX",
        f"{workspace}/", f"{copy}/", check=False,
    )  # fmt: skip
    if ended.exit_code not in {0, VANISHED, PARTLY}:
        raise NabError(f"the workspace cannot be copied: {ended.stderr.strip()[-200:]}", exit_code=FAILED)


def commit(history: Path, copy: Path, message: str) -> bool:
    """Commit the copy as it is; returns whether anything had changed."""
    if not (history / "HEAD").exists():
        process.run("git", "init", "--quiet", "--bare", "--initial-branch=workspace", str(history), env=ALONE)
    (history / "index.lock").unlink(missing_ok=True)  # we hold the run's lock, so its owner is dead
    git(history, copy, "add", "--all", "--force", "--ignore-errors", ".")
    if git(history, copy, "diff", "--cached", "--quiet", check=False).exit_code == 0 and commits(history):
        return False
    git(history, copy, "commit", "--quiet", "--allow-empty", "--no-verify", f"--message={message}")
    return True


def commits(history: Path) -> int:
    """Count the commits."""
    ended = process.run("git", f"--git-dir={history}", "rev-list", "--count", "HEAD", check=False, env=ALONE)
    return int(ended.stdout) if ended.exit_code == 0 else 0


def git(history: Path, copy: Path, *words: str, check: bool = True) -> process.Ended:
    """Run git on our own git directory, deaf to every configuration but ours."""
    where = (f"--git-dir={history}", f"--work-tree={copy}", "-c", "core.bare=false")
    return process.run("git", *where, *OURS, *words, check=check, env=ALONE, cwd=copy)
