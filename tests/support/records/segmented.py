"""A record that is one file, as it would be had it been written in segments."""

from __future__ import annotations

from pathlib import Path

from nab.core.recording import segments


def cut(record: Path, size: int) -> list[Path]:
    """Cut a record at the line ends that follow each so many bytes. Returns its segments."""
    content, starts = record.read_bytes(), [0]
    while (end := content.find(b"\n", starts[-1] + size - 1) + 1) and end < len(content):
        starts.append(end)
    made = [record.with_name(segments.name(record.name, start)) for start in starts]
    for path, start, end in zip(made, starts, [*starts[1:], len(content)], strict=True):
        path.write_bytes(content[start:end])
    return made
