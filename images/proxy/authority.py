"""Make the installation's certificate authority once, and the bundles that its clients trust.

Usage: authority.py FOLDER. The key stays in FOLDER/mitmproxy-ca.pem; ca.crt is the authority alone,
bundle.crt the public roots of this image and the authority.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mitmproxy.certs import CertStore

ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
KEY_BITS = 2048


def replace(file: Path, text: str) -> None:
    """Write a whole file in one step, readable for everyone."""
    beside = file.with_name(file.name + ".new")
    beside.write_text(text, encoding="ascii")
    beside.chmod(0o644)
    beside.replace(file)


def main(folder: Path) -> None:
    """Make what is missing."""
    store = CertStore.from_store(folder, "mitmproxy", KEY_BITS)
    authority = store.default_ca.to_pem().decode("ascii")
    replace(folder / "ca.crt", authority)
    replace(
        folder / "bundle.crt", ROOTS.read_text(encoding="ascii", errors="replace").rstrip() + "\n" + authority
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
