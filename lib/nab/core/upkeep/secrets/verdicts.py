"""Whether a file may go out, by its name and its content; if not, why."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import NamedTuple

from nab.core.upkeep.secrets.archives import Sealed, Unpacking
from nab.core.upkeep.secrets.licensed import is_licensed
from nab.core.upkeep.secrets.scanner import Finding, Scanner

NEAR = (24, 48, 96, 192, 512)  # bytes on either side of a border
LARGE, LICENSED, SEALED, SECRET = "large", "licensed data", "sealed", "secret"


class Verdict(NamedTuple):
    """Why something stays here. A finding is an alarm; anything else is a rule."""

    reason: str
    finding: Finding | None = None

    @property
    def words(self) -> str:
        return f"{self.reason} ({self.finding.what})" if self.finding else self.reason


@dataclass
class Judge:
    """Knows the secrets and how large a file may be.

    `left_seconds` is how much processor time looks may still take together, where that is counted.
    """

    scanner: Scanner
    file_bytes: int
    left_seconds: float = math.inf

    def look(self, path: bytes, content: bytes) -> Verdict | None:
        """Say why a file stays here, or None."""
        if finding := self.scanner.find(path):
            return Verdict(SECRET, finding)
        if is_licensed(path, content):
            return Verdict(LICENSED)
        if len(content) > self.file_bytes:
            return Verdict(LARGE)
        return self.look_into(content)

    def look_into(self, content: bytes) -> Verdict | None:
        """Say why a content stays here, whatever it is called."""
        if finding := self.scanner.find(content):
            return Verdict(SECRET, finding)
        try:
            return self.inside(content)
        except Sealed as sealed:
            return Verdict(f"{SEALED}: {sealed}")

    def over_border(self, left: bytes, right: bytes) -> Verdict | None:
        """Look for a secret that goes over the border of two texts, and is in neither of them.

        First close to the border: further away there may be another one, which would hide it.
        """
        for near in NEAR if left and right else ():
            one, other = left[-near:], right[:near]
            finding = self.scanner.find(one + other)
            if finding and not self.scanner.find(one) and not self.scanner.find(other):
                return Verdict(SECRET, finding)
        return None

    def inside(self, content: bytes) -> Verdict | None:
        """Look at what is packed in it. Raises Sealed."""
        for name, member in Unpacking().members(content):
            if is_licensed(name, member):
                return Verdict(LICENSED)
            if finding := self.scanner.find(name) or self.scanner.find(member):
                return Verdict(SECRET, finding)
        return None

    def clean(self, path: bytes) -> bytes:
        """Return a path as it may be told: in the place of what has a secret in it, a mark of its own."""
        if not self.scanner.find(path):
            return path
        folder = path.rpartition(b"/")[0]
        while folder and self.scanner.find(folder):
            folder = folder.rpartition(b"/")[0]
        mark = b"[withheld name %b]" % hashlib.sha256(path).hexdigest()[:8].encode()
        return folder + b"/" + mark if folder else mark
