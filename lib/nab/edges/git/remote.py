"""The git remote: pushing to it, and asking what it has. It may be slow, gone, or not let us in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nab.core.upkeep.sync import answers
from nab.core.upkeep.sync.answers import Answer, Said
from nab.edges import process
from nab.edges.git import repository
from nab.edges.git.push_access import Access

THEIRS = "refs/nab/theirs"


@dataclass(frozen=True)
class Remote:
    """One branch of one remote, the git directory that is pushed there, and the right to."""

    mirror: Path
    address: str
    branch: str
    access: Access

    def push(self, commit: str, seconds: float) -> tuple[Said, str]:
        """Push a commit; never force. Returns the answer and all that the remote complained of."""
        ended = self.run(
            seconds, "push", "--porcelain", "--no-verify", "--", self.address, f"{commit}:{self.ref}"
        )
        return answers.of_push(ended.exit_code, ended.stdout, ended.stderr), ended.stderr

    def tip(self, seconds: float) -> tuple[Said, str]:
        """Ask which commit the branch is at; empty for none."""
        ended = self.run(seconds, "ls-remote", "--", self.address, self.ref)
        return answers.of_other(ended.exit_code, ended.stderr), "".join(ended.stdout.split()[:1])

    def fetch(self, seconds: float) -> tuple[Said, str]:
        """Fetch the branch, files and all. Returns the answer and its commit."""
        into = f"+{self.ref}:{THEIRS}"
        ended = self.run(
            seconds, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", self.address, into
        )
        said = answers.of_other(ended.exit_code, ended.stderr)
        return said, repository.head(self.mirror, THEIRS) if said.answer is Answer.TAKEN else ""

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.branch}"

    def run(self, seconds: float, *words: str) -> process.Ended:
        """Run git, with all that it starts, for so long at most."""
        argv = ("git", f"--git-dir={self.mirror}", *repository.OURS, *self.access.words, *words)
        return process.run_as_one(
            *argv, seconds=seconds, env=repository.ALONE | self.access.environment, cwd=self.mirror
        )
