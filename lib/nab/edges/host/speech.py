"""What our programs print. An agent, a vendor or Numerai can be quoted in any of it, and drives no terminal with it."""

from __future__ import annotations

import io
import os
import select
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TextIO

from nab.core.text import terminal

STDOUT = 1


class Guarded(io.TextIOWrapper):
    """A stream on which every character that could do anything but stand there is written as its number."""

    def write(self, text: str) -> int:
        """Write a text of any origin."""
        super().write(terminal.safe(text))
        return len(text)

    def write_laid(self, text: str) -> int:
        """Write a text of ours that moves the cursor or has colours; what others wrote in it was made safe before."""
        return super().write(text)


@contextmanager
def guarded() -> Iterator[None]:
    """Guard all that this process prints while the block runs: tables, messages, tracebacks."""
    plain = sys.stdout, sys.stderr
    guards = [guard(stream) for stream in plain]
    sys.stdout, sys.stderr = guards
    try:
        yield
    finally:
        sys.stdout, sys.stderr = plain
        for stream, below in zip(guards, plain, strict=True):
            if isinstance(stream, Guarded) and stream is not below:
                stream.detach()  # or its end would close what it writes to


def guard(stream: TextIO) -> TextIO:
    """Return a guarded stream in place of one; of what is guarded, or has no bytes below, the stream itself."""
    if isinstance(stream, Guarded) or not hasattr(stream, "buffer"):
        return stream
    stream.flush()
    encoding = stream.encoding if stream.encoding.lower() not in {"ascii", "ansi_x3.4-1968"} else "utf-8"
    return Guarded(stream.buffer, encoding=encoding, errors="replace", line_buffering=stream.isatty())


def reader_left() -> bool:
    """Say whether whoever reads what this process prints has gone, as `head` does; from then on print into nothing."""
    watch = select.poll()
    watch.register(STDOUT, 0)
    if not any(event & select.POLLERR for _, event in watch.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
    return True


def tell_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback: what it quotes may be anybody's."""
    sys.stderr.write(terminal.safe("".join(traceback.format_exception(kind, error, trace))))


def lay(text: str, stream: TextIO) -> None:
    """Write a text of ours as it is: see `write_laid`."""
    (stream.write_laid if isinstance(stream, Guarded) else stream.write)(text)
    stream.flush()
