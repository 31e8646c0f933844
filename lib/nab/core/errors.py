"""What went wrong and what to do next, said once."""

from __future__ import annotations

FAILED = 1
USAGE = 2
BUSY = 75


class NabError(Exception):
    """One sentence that names the thing and the value, a hint with the remedy, and an exit code.

    Exit codes are data: 1 failed, 2 usage, configuration or machine not ready, 75 not now (busy).
    """

    def __init__(self, message: str, *, hint: str = "", exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code
