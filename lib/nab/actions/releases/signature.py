"""Sign a release, and name it as the newest of its folder: hosts that bring releases themselves look for both."""

from __future__ import annotations

from pathlib import Path

from nab.actions.releases.build import Release
from nab.core.errors import NabError
from nab.edges import process
from nab.edges.files import files

NAMESPACE = "nab-release"


def sign(release: Release, key: Path) -> None:
    """Write the signature beside the tarball, and the tarball's name into latest-py3.11.

    Raises NabError where the key cannot sign.
    """
    if not key.is_file():
        raise NabError(f"there is no key {key}", hint="ssh-keygen -t ed25519 -f KEY makes one")
    signature = release.tarball.with_name(f"{release.tarball.name}.sig")
    signature.unlink(missing_ok=True)
    process.run("ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(release.tarball))
    latest = release.tarball.with_name(f"latest-py{release.python}")
    files.replace_bytes(latest, f"{release.tarball.name}\n".encode())
