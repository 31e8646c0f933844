"""What keeping a page costs the proxy in CPU: redacting, hashing, packing and writing it, beside bare gzip of it.

The pages are what Python's own pydoc writes of the modules of its library: HTML that every machine can make. They are
put one after the other, and cut to the sizes that are measured.
"""

from __future__ import annotations

import gzip
import importlib
import pydoc
import statistics
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images/proxy"))

from kept import pages
from kept.page_store import LEVEL, PageStore
from record import bodies, redact

MODULES = (
    "argparse", "ast", "asyncio", "collections", "configparser", "csv", "ctypes", "datetime", "decimal", "difflib",
    "email.message", "enum", "fractions", "http.client", "imaplib", "inspect", "ipaddress", "json", "logging",
    "multiprocessing.pool", "os", "pathlib", "pickle", "plistlib", "random", "shutil", "smtplib", "socket", "sqlite3",
    "ssl", "statistics", "string", "subprocess", "tarfile", "tempfile", "threading", "typing", "unittest", "zipfile",
)  # fmt: skip
HIDE = redact.redactor(("S3CRETOFOURS",))
KIB, GIB = 1 << 10, 1 << 30
SIZES = (60 * KIB, 256 * KIB)


def written() -> list[bytes]:
    """Return a page a module."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return [pydoc.HTMLDoc().document(importlib.import_module(name), name).encode() for name in MODULES]


def of_size(texts: list[bytes], size: int) -> list[bytes]:
    """Return pages of one size, made of different places of all of them."""
    whole = b"".join(texts)
    return [whole[place : place + size] for place in range(0, len(whole) - size, size)]


def seconds_and_bytes(texts: list[bytes]) -> tuple[float, float, float]:
    """Return the median CPU seconds of keeping one, those of bare gzip, and the mean size of what is on the disk."""
    kept, bare = [], []
    with TemporaryDirectory() as folder:
        store = PageStore(folder, GIB)
        for text in texts:
            began = time.process_time()
            page = pages.page(
                text, "text/html", "/", lambda plain, _: bodies.readable(plain, HIDE, pages.MOST_TAKEN)
            )
            assert page
            assert store.keep(page)["kept"]
            kept.append(time.process_time() - began)
            began = time.process_time()
            gzip.compress(text, LEVEL, mtime=0)
            bare.append(time.process_time() - began)
        return statistics.median(kept), statistics.median(bare), store.bytes / len(store.known)


def main() -> None:
    texts = written()
    for size in SIZES:
        some = of_size(texts, size)
        kept, bare, packed = seconds_and_bytes(some)
        print(
            f"{size // KIB} KiB: {1000 * kept:.1f} ms, {kept / bare:.1f} times bare gzip ({len(some)} pages); "
            f"kept in 1/{size / packed:.1f}, so that 1 GiB is {GIB / packed:,.0f} of them"
        )


if __name__ == "__main__":
    main()
