"""No page over its size, and no more files and bytes than the host takes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nab.site.gates.offences import Offence

PAGE_GZIP, HOME_GZIP, PAGE_RAW, SCRIPT_GZIP = 300_000, 150_000, 1_500_000, 15_000
HOME, SCRIPT = "index.html", "site.js"


@dataclass(frozen=True)
class Host:
    """What a host takes: files, bytes of all, bytes of one."""

    name: str
    files: int
    bytes: int
    file_bytes: int


HOSTS = {
    "github": Host("GitHub Pages", 100_000, 1_000_000_000, 100_000_000),
    "cloudflare": Host("Cloudflare Pages", 20_000, 10_000_000_000, 25 * 2**20),
}


def oversize(path: str, content: bytes) -> Iterator[Offence]:
    """Yield what is larger than a reader should wait for."""
    limit = HOME_GZIP if path == HOME else SCRIPT_GZIP if path == SCRIPT else PAGE_GZIP
    if not path.endswith((".html", ".js", ".css")):
        return
    if len(content) > PAGE_RAW:
        yield Offence(path, "page over its size", f"{len(content):,} bytes, {PAGE_RAW:,} at most")
    elif len(content) > limit and (packed := len(zlib.compress(content, 6))) > limit:
        yield Offence(path, "page over its size", f"{packed:,} bytes compressed, {limit:,} at most")


def too_much(files: Mapping[str, int], host: Host) -> Iterator[Offence]:
    """Yield why a host would not take the site; `files` are sizes by name."""
    if len(files) > host.files:
        yield Offence(
            "", "more than the host takes", f"{len(files):,} files, {host.name} takes {host.files:,}"
        )
    if (whole := sum(files.values())) > host.bytes:
        yield Offence("", "more than the host takes", f"{whole:,} bytes, {host.name} takes {host.bytes:,}")
    for path, size in files.items():
        if size > host.file_bytes:
            yield Offence(path, "more than the host takes", f"{size:,} bytes in one file")
