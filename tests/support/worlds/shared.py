"""What worlds lend each other instead of each making its own: the proxy's authority, and what was proved with it.

It lies in a folder of this machine's, by the proxy image that the authority was made from; a proof names the rest.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from nab.actions.bench import Bench
from nab.edges.docker import engine, proxy_box, trust

FOLDER = Path(tempfile.gettempdir()) / f"nab-worlds-{os.getuid()}"


def lend_trust(bench: Bench) -> None:
    """Give a bench the authority that all have; where no engine answers or no proxy is built, nothing."""
    if not (engine.ping() and engine.has_image(proxy_box.IMAGE)):
        return
    with FileLock(open_folder() / "lock"):
        made = trust.ensure(of_image(bench) / "trust", bench.engine)
        lay(made.folder.iterdir(), bench.paths.trust)


def lend_proofs(bench: Bench) -> None:
    """Give a bench what other worlds have proved of images with that authority."""
    with FileLock(open_folder() / "lock"):
        lay(of_image(bench).glob("proofs/*"), bench.paths.proofs)


def take_proofs(bench: Bench) -> None:
    """Keep for others what was proved here."""
    with FileLock(open_folder() / "lock"):
        lay(bench.paths.proofs.glob("*"), of_image(bench) / "proofs")


def open_folder() -> Path:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    return FOLDER


def of_image(bench: Bench) -> Path:
    """Return the folder for the proxy that there is."""
    image = str(bench.engine.images.get(proxy_box.IMAGE).id)
    return FOLDER / image.removeprefix("sha256:")[:16]


def lay(files: Iterable[Path], folder: Path) -> None:
    """Copy files into a folder that is ours alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files:
        if file.name != "lock":
            shutil.copy2(file, folder / file.name)
