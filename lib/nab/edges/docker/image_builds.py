"""Images are built here, with the engine's own builder, and only when their recipe changed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docker
import docker.errors

from nab.core.errors import FAILED, NabError
from nab.edges import process
from nab.edges.docker import build_context
from nab.edges.docker.build_context import Recipe
from nab.edges.host.progress import Step

LABEL = "nab.recipe"
USER = "nab.agent-user"  # images/base/Dockerfile writes it; what builds on that image has it too
SHOWN_LINES = 20
WAY_OUT = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class ImageDigest:
    """Which image exactly: its id here, and the registries' digests of it if it was pulled."""

    name: str
    id: str
    repo_digests: tuple[str, ...]


def image_id(client: docker.DockerClient, name: str) -> str | None:
    """Return an image's id, or None when it is not on this machine."""
    try:
        return str(client.images.get(name).id)
    except docker.errors.ImageNotFound:
        return None


def image_digest(client: docker.DockerClient, name: str) -> ImageDigest:
    """Say which image a name stands for. Raises NabError when it is not on this machine."""
    try:
        found = client.images.get(name)
    except docker.errors.ImageNotFound:
        raise NabError(f"no image {name} on this machine", hint="make images") from None
    return ImageDigest(name, str(found.id), tuple(found.attrs.get("RepoDigests") or ()))


def agent_user(client: docker.DockerClient, name: str) -> int | None:
    """Return the number of the agents' user that an image was built for; None where there is no image that tells."""
    try:
        written = client.images.get(name).labels.get(USER, "")
    except docker.errors.ImageNotFound:
        return None
    return int(written) if written.isdecimal() else None


def is_current(client: docker.DockerClient, recipe: Recipe) -> bool:
    """Say whether the image is there and was built from this very recipe."""
    try:
        labels = client.images.get(recipe.name).labels
    except docker.errors.ImageNotFound:
        return False
    return labels.get(LABEL) == build_context.digest(recipe)


def build(client: docker.DockerClient, recipe: Recipe, log: Path, step: Step) -> None:
    """Build an image and keep what the builder says in `log`.

    Raises NabError with the last lines when it fails. The image it replaces is removed if nothing uses it.
    """
    replaced = image_id(client, recipe.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    said: deque[str] = deque(maxlen=SHOWN_LINES)
    with log.open("w", encoding="utf-8") as kept:
        for event in start(client, recipe):
            for line in lines(event):
                kept.write(line + "\n")
                said.append(line)
                step.at(line)
            if "error" in event:
                raise failed(recipe.name, said, log)
    if replaced and replaced != image_id(client, recipe.name):
        remove_unused(client, replaced)


def start(client: docker.DockerClient, recipe: Recipe) -> Any:
    """Hand the recipe to the builder and return what it says, as it says it."""
    way_out = {name: process.environment(name) for name in WAY_OUT if process.environment(name)}
    return client.api.build(
        fileobj=build_context.packed(recipe),
        custom_context=True,
        tag=recipe.name,
        buildargs={**way_out, **recipe.arguments},
        labels={LABEL: build_context.digest(recipe)},
        rm=True,
        forcerm=True,
        decode=True,
        timeout=3600,
    )


def lines(event: dict[str, Any]) -> list[str]:
    """Return the lines of text in something that the builder or a registry said."""
    text = str(event.get("error") or event.get("stream") or event.get("status") or "")
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def failed(name: str, said: deque[str], log: Path) -> NabError:
    """Say that a build failed, with its last lines."""
    last = "\n     ".join(said)
    return NabError(
        f"building {name} failed",
        hint=f"its last lines, all of them in {log}:\n     {last}",
        exit_code=FAILED,
    )


@dataclass(frozen=True)
class Superseded:
    """An image of ours without a name: another took it. Its size counts what it shares with others, too."""

    id: str
    bytes: int


def superseded(client: docker.DockerClient, before: datetime, label: str = LABEL) -> list[Superseded]:
    """List the images that lost their names and were made before an instant, but for those that a container is of."""
    used = {container.attrs["Image"] for container in client.containers.list(all=True, ignore_removed=True)}
    found = client.images.list(filters={"label": label, "dangling": True})
    return [
        Superseded(str(image.id), int(image.attrs["Size"]))
        for image in found
        if image.id not in used and datetime.fromisoformat(seconds(image.attrs["Created"])) < before
    ]


def seconds(written: str) -> str:
    """Cut the engine's instant to whole seconds, in the form that Python reads."""
    return written.partition(".")[0].removesuffix("Z") + "+00:00"


def remove_unused(client: docker.DockerClient, image: str) -> bool:
    """Remove a replaced image; one that a container or another image still needs stays. Says whether it went."""
    try:
        client.images.remove(image)
    except docker.errors.APIError:
        return False
    return True
