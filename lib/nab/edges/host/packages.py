"""Programs of the distribution that the machine lacks are installed here, where we may."""

from __future__ import annotations

from nab.core.errors import NabError
from nab.edges import process

INSTALL_SECONDS = 7200
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def may_install() -> bool:
    """Say whether apt-get is there and we are root, or may be without a password."""
    return process.found("apt-get") and may_be_root()


def may_be_root() -> bool:
    """Say whether we are root, or may be without a password."""
    return process.is_root() or sudo_needs_no_password()


def sudo_needs_no_password() -> bool:
    """Ask sudo, which never waits for an answer here."""
    return process.found("sudo") and process.run("sudo", "-n", "true", check=False).exit_code == 0


def as_root(*argv: str) -> tuple[str, ...]:
    """Return the command that runs this with root's rights."""
    return argv if process.is_root() else ("sudo", "-n", *argv)


def need(program: str, packages: tuple[str, ...]) -> bool:
    """Install a program's packages when it is missing; say whether that was so.

    Raises NabError when we may not.
    """
    if process.found(program):
        return False
    if not may_install():
        raise NabError(
            f"{program} is not installed, and we may not install it",
            hint=f"sudo apt-get install {' '.join(packages)}",
        )
    process.run(*as_root("apt-get", "update", "-q"), env=QUIET, timeout=INSTALL_SECONDS)
    install = ("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages)
    process.run(*as_root(*install), env=QUIET, timeout=INSTALL_SECONDS)
    if not process.found(program):
        raise NabError(f"{' '.join(packages)} installed, but no program {program} on PATH")
    return True


def known(package: str) -> bool:
    """Say whether the distribution has a package of this name."""
    return process.run("apt-cache", "show", "--no-all-versions", package, check=False).exit_code == 0
