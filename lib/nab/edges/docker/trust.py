"""The installation's own certificate authority, and which certificates the boxes trust."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from nab.core.errors import FAILED, NabError
from nab.edges import process
from nab.edges.docker import proxy_box

if TYPE_CHECKING:
    import docker

LABEL = "nab.authority"
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
BOX_AUTHORITY = "/etc/nab/ca.crt"
ADDED_BY_HAND = Path("/usr/local/share/ca-certificates")
FROM_THE_DISTRIBUTION = Path("/usr/share/ca-certificates")
BUNDLE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "NPM_CONFIG_CAFILE",
    "CARGO_HTTP_CAINFO",
)
AUTHORITY_VARIABLES = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@dataclass(frozen=True)
class Trust:
    """The folder with the authority's key, which only the proxy mounts."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def bundle(self) -> Path:
        """The public roots and the authority."""
        return self.folder / "bundle.crt"

    @property
    def made_from(self) -> Path:
        """The id of the proxy image that the bundle was made from."""
        return self.folder / "image"


def ensure(folder: Path, client: docker.DockerClient) -> Trust:
    """Make the authority once, and its bundle again when the proxy image has other roots.

    Raises NabError when the proxy image is missing or the authority cannot be made.
    """
    import docker.errors

    try:
        image = str(client.images.get(proxy_box.IMAGE).id)
    except docker.errors.ImageNotFound:
        raise NabError(f"no image {proxy_box.IMAGE} on this machine", hint="make images") from None
    trust = Trust(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with FileLock(folder / "lock"):
        if not is_made(trust, image):
            make(trust, client)
            trust.made_from.write_text(image, encoding="ascii")
    return trust


def is_made(trust: Trust, image: str) -> bool:
    """Say whether the authority is there and its bundle comes from this image."""
    if not (trust.authority.exists() and trust.bundle.exists() and trust.made_from.exists()):
        return False
    return trust.made_from.read_text(encoding="ascii") == image


def make(trust: Trust, client: docker.DockerClient) -> None:
    """Run the proxy image's authority.py on the folder, without a network."""
    import docker.errors

    folder = str(trust.folder.resolve())
    uid, gid = process.user_ids()
    try:
        remove_leftovers(client, folder)
        client.containers.run(
            proxy_box.IMAGE,
            ["/opt/proxy/bin/python", "/opt/nab/authority.py", proxy_box.AUTHORITY],
            user=f"{uid}:{gid}",
            labels={LABEL: folder},
            volumes={folder: {"bind": proxy_box.AUTHORITY, "mode": "rw"}},
            network_mode="none",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            read_only=True,
            remove=True,
        )
    except docker.errors.DockerException as error:
        raise NabError(f"the certificate authority could not be made: {error}", exit_code=FAILED) from None


def remove_leftovers(client: docker.DockerClient, folder: str) -> None:
    """Remove the box of a make that was killed halfway."""
    for left in client.containers.list(all=True, filters={"label": f"{LABEL}={folder}"}):
        left.remove(force=True)


def agent_environment() -> dict[str, str]:
    """Return the variables by which every common client finds the certificates."""
    return dict.fromkeys(BUNDLE_VARIABLES, SYSTEM_BUNDLE) | dict.fromkeys(AUTHORITY_VARIABLES, BOX_AUTHORITY)


def agent_mounts(trust: Trust) -> dict[str, dict[str, str]]:
    """Return the docker-SDK volumes that make an agent's box trust the proxy."""
    return {
        str(trust.bundle): {"bind": SYSTEM_BUNDLE, "mode": "ro"},
        str(trust.authority): {"bind": BOX_AUTHORITY, "mode": "ro"},
    }


def host_extra_certificates() -> dict[str, str]:
    """Return the certificates that this machine trusts beyond the public ones: file name -> PEM.

    A company's or a sandbox's own proxy needs them in every image.
    """
    bundle = Path(process.environment("SSL_CERT_FILE") or SYSTEM_BUNDLE)
    trusted = certificates([bundle, *sorted(ADDED_BY_HAND.rglob("*.crt"))])
    return named(trusted, without=public())


def public() -> set[bytes]:
    """Return the public roots, as certifi and the distribution's own package know them (DER)."""
    import certifi

    return set(certificates([Path(certifi.where()), *FROM_THE_DISTRIBUTION.rglob("*.crt")]))


def named(trusted: Iterable[bytes], without: set[bytes]) -> dict[str, str]:
    """Name what is left after subtraction by its own digest, so that equal sets have equal names."""
    extra = set(trusted) - without
    return {
        f"{hashlib.sha256(der).hexdigest()[:16]}.crt": ssl.DER_cert_to_PEM_cert(der) for der in sorted(extra)
    }


def certificates(files: Iterable[Path]) -> list[bytes]:
    """Read every certificate (DER) of PEM files; what is no PEM text is passed over."""
    found: list[bytes] = []
    for file in files:
        text = file.read_text(encoding="ascii", errors="ignore") if file.is_file() else ""
        for block in text.split(BEGIN)[1:]:
            body, end, _ = block.partition(END)
            if end:
                found.append(ssl.PEM_cert_to_DER_cert(f"{BEGIN}{body}{END}"))
    return found
