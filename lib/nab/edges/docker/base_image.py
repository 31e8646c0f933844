"""The image that nab/base starts from: pulled, or made from this machine's own distribution packages."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import docker
import docker.errors
import requests
from docker.utils import parse_repository_tag

from nab.core.errors import FAILED, NabError
from nab.edges import process
from nab.edges.docker import image_builds, image_tags
from nab.edges.host import packages as host_packages
from nab.edges.host.progress import Step, step

SILENCE_SECONDS = 20
BOOTSTRAP_SECONDS = 7200  # what is pulled and unpacked is shown meanwhile; a slow machine took nine minutes
OS_RELEASE = Path("/etc/os-release")
APT = Path("/etc/apt")
PLAIN_SYSTEMS = ("debian", "ubuntu")
ONCE_AS_ROOT = "once, as root: .venv/bin/python scripts/images.py --base; what it makes is everybody's"
WITHOUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*")


def find_or_make(client: docker.DockerClient, wanted: str) -> str:
    """Return the name of an image to start from, on this machine already, pulled, or bootstrapped.

    Raises NabError when it is none of these.
    """
    if image_builds.image_id(client, wanted):
        return wanted
    made = f"nab/bootstrap:{codename(OS_RELEASE)}"
    plain = is_plain(wanted)
    if plain and image_builds.image_id(client, made):
        return made
    with step(f"pulling {wanted}") as pulling:
        why = pull(wanted, pulling)
        pulling.ends("no registry answers" if why else "done")
    if not why:
        return wanted
    if not plain:
        raise NabError(f"{wanted} cannot be pulled: {why}", hint=f"docker pull {wanted}, or set images.base")
    with step(f"making {made} from this machine's own distribution packages") as making:
        bootstrap(client, made, making)
    return made


def is_plain(wanted: str) -> bool:
    """Say whether a bare distribution is wanted, which our own packages can stand in for."""
    return re.split("[:@]", wanted.rpartition("/")[2])[0] in PLAIN_SYSTEMS


def pull(wanted: str, pulling: Step) -> str:
    """Pull an image; return why it could not be had, or an empty string."""
    tagged = wanted if re.search("[:@][^/]*$", wanted) else f"{wanted}:latest"
    patient = docker.from_env(timeout=SILENCE_SECONDS)
    try:
        for event in patient.api.pull(*parse_repository_tag(tagged), stream=True, decode=True):
            for line in image_builds.lines(event):
                pulling.at(line)
            if "error" in event:
                return str(event["error"])
    except (docker.errors.APIError, requests.RequestException) as error:
        return str(error)
    return ""


def bootstrap(client: docker.DockerClient, name: str, making: Step) -> None:
    """Make a minimal system of this machine's own release with mmdebstrap, and import it."""
    host_packages.need("mmdebstrap", packages=("mmdebstrap",))
    with tempfile.TemporaryDirectory(prefix="nab-bootstrap-") as folder:
        tar = Path(folder) / "base.tar"
        making.at("mmdebstrap")
        unpack(recipe(codename(OS_RELEASE), sources(APT), tar))
        making.at("docker import")
        repository, _, tag = name.partition(":")
        label = f"LABEL {image_tags.LABEL}=bootstrap"
        client.api.import_image_from_file(str(tar), repository=repository, tag=tag, changes=[label])
    if not image_builds.image_id(client, name):
        raise NabError(f"the engine did not take {name}", exit_code=FAILED)


def unpack(command: tuple[str, ...]) -> None:
    """Run mmdebstrap as root where we may. Without that it needs a user namespace, which not every user has.

    Raises NabError when it fails.
    """
    if host_packages.may_be_root():
        process.run(*host_packages.as_root(*command), timeout=BOOTSTRAP_SECONDS)
        return
    try:
        process.run(*command, timeout=BOOTSTRAP_SECONDS)
    except NabError as error:
        raise NabError(error.message, hint=ONCE_AS_ROOT, exit_code=error.exit_code) from None


def recipe(suite: str, source: Path, tar: Path) -> tuple[str, ...]:
    """Return the mmdebstrap command: the smallest system with the public certificates, no manuals."""
    excluded = tuple(f"--dpkgopt=path-exclude={path}" for path in WITHOUT)
    kept = "--dpkgopt=path-include=/usr/share/doc/*/copyright"
    what = ("--quiet", "--variant=minbase", "--include=ca-certificates", *excluded, kept)
    return ("mmdebstrap", *what, suite, str(tar), str(source))


def codename(os_release: Path) -> str:
    """Return this machine's release: bookworm, noble. Raises NabError when it does not say."""
    text = os_release.read_text(encoding="utf-8") if os_release.exists() else ""
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "VERSION_CODENAME" and value:
            return value.strip('"')
    raise NabError(f"{os_release} names no release", hint="pull the image named by images.base in nab.toml")


def sources(apt: Path) -> Path:
    """Return the file that says where this machine's own packages come from."""
    for file in ("sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list"):
        if (apt / file).exists():
            return apt / file
    raise NabError(f"no package sources under {apt}", hint="pull the image named by images.base in nab.toml")
