"""What is kept of the folders beside the workspace: the home and those for temporary files, without what is no work.

Paths begin with the folder's name on the run's disk: `home/.bashrc`, `tmp/train.log`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nab.core.agents import places
from nab.core.recording.workspace.exclusions import Rules, nothing

NAME = "elsewhere"
HOME = b"home"
FOLDERS = {HOME, b"home-agent", b"tmp", b"var-tmp"}  # a control's home is a seeded place of its image
CREDENTIALS = "credentials"
STATE = "state"  # what databases write beside themselves, and those of an agent's program: they change all the time

# Each is the end of a path: the last name or names.
FOLDERS_LEFT = {
    "cache": (
        rb"\.(?:npm|pnpm-store|yarn|bun|deno|nv|triton|gradle|m2|keras|torch|ipynb_checkpoints)",
        rb"\.cargo/(?:registry|git)", rb"huggingface/(?:hub|datasets|xet)", rb"node-compile-cache", rb"statsig",
        rb"(?:var-)?tmp/(?:pip|npm|uv|matplotlib|v8-compile-cache|torchinductor|joblib_memmapping_folder)[-_][^/]*",
    ),
    "packages": (
        rb"\.local/share/uv/python", rb"\.(?:rustup|nvm|pyenv|conda)", rb"(?:mini|ana)conda\d?",
        rb"(?:mini|mamba)forge\d?", rb"micromamba",
    ),
    CREDENTIALS: (
        rb"\.(?:ssh|gnupg|aws|azure|kube|docker|pki|kaggle|password-store)", rb"\.config/(?:gcloud|gh)", rb"keyrings",
    ),
}  # fmt: skip
FILES_LEFT = {
    CREDENTIALS: (
        rb"[._]netrc", rb"\.(?:pgpass|my\.cnf|pypirc|npmrc|git-credentials|env(?:\.[^/]*)?)",
        rb"\.?(?:auth|credentials?|secrets?|oauth_creds|google_accounts|kaggle|token)(?:\.(?:json|ya?ml|toml|txt))?",
        rb"application_default_credentials\.json", rb"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?",
        rb"[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx)",
    ),
    STATE: (rb"[^/]*\.(?:sqlite3?|db)-(?:wal|shm|journal)", rb"\.codex/[^/]*\.sqlite"),
}  # fmt: skip
LONGEST_END = 4  # names
# What programs append to the name of one that they write, or keep.
UNFINISHED = rb"(?:~|\.(?:tmp|temp|bak|backup|old|orig|swp|lock)(?:[.-][^/]*)?|\.\d[\w.]*)?"


def ending_in(table: dict[str, tuple[bytes, ...]]) -> Callable[[bytes], str]:
    """Return what says in which row of a table the end of a path is, by that row's name."""
    form = b"(?:.*/)?(?:%b)" + UNFINISHED
    forms = [(why, re.compile(form % b"|".join(ends), re.DOTALL)) for why, ends in table.items()]

    def why(path: bytes) -> str:
        end = b"/".join(path.rsplit(b"/", LONGEST_END)[-LONGEST_END:])
        return next((reason for reason, form in forms if form.fullmatch(end)), "")

    return why


why_folder, why_file = ending_in(FOLDERS_LEFT), ending_in(FILES_LEFT)


@dataclass(frozen=True)
class Skips:
    """Says what is no part of the history: other folders of the disk, and the transcripts, which are copied apart."""

    transcripts: tuple[tuple[str | re.Pattern[str], ...], ...] = ()

    def __call__(self, path: bytes) -> bool:
        folder, _, inside = path.partition(b"/")
        return folder not in FOLDERS or (
            folder == HOME and self.is_transcript(inside.decode("utf-8", "surrogateescape"))
        )

    def is_transcript(self, path: str) -> bool:
        names = path.split("/")
        return any(len(names) == len(parts) and all(map(fits, parts, names)) for parts in self.transcripts)


def fits(part: str | re.Pattern[str], name: str) -> bool:
    """Say whether a name is what a part of a pattern stands for."""
    return part == name if isinstance(part, str) else part.match(name) is not None


def rules(
    transcripts: Iterable[str], why_content: Callable[[bytes], str] = nothing, *, paced: bool = True
) -> Rules:
    """Return the rules for agents whose programs keep their transcripts in these places of a home."""
    found = tuple(tuple(places.parts(pattern)) for pattern in transcripts)
    return Rules(Skips(found), why_folder, why_file, why_content, frozenset({STATE}), paced)
