"""Images are built here, with the engine's own builder, and only when their recipe changed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docker
import docker.errors

from nab.core.errors import FAILED, NabError
from nab.edges import process
from nab.edges.docker import build_context, image_tags
from nab.edges.docker.build_context import Recipe
from nab.edges.docker.image_tags import LABEL
from nab.edges.host.progress import Step

USER = "nab.agent-user"  # images/base/Dockerfile writes it; what builds on that image has it too
STEP = re.compile(r"Step ([0-9]{1,4})/([0-9]{1,4}) :")  # as the builder says how far it is
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
    return image_tags.built_from(client, recipe.name, recipe) is not None


def build(client: docker.DockerClient, recipe: Recipe, log: Path, step: Step) -> None:
    """Build an image under the name of its recipe, and keep what the builder says in `log`.

    Raises NabError with the last lines when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    said: deque[str] = deque(maxlen=SHOWN_LINES)
    with log.open("w", encoding="utf-8") as kept:
        for event in start(client, recipe, image_tags.of_recipe(recipe)):
            for line in lines(event):
                kept.write(line + "\n")
                said.append(line)
                if part := STEP.match(line):
                    step.of(int(part[1]) - 1, int(part[2]), line)
                else:
                    step.at(line)
            if "error" in event:
                raise failed(recipe.name, said, log)


def start(client: docker.DockerClient, recipe: Recipe, name: str = "") -> Any:
    """Hand the recipe to the builder and return what it says, as it says it.

    The parent is named by its id: its current name may stand for another release's.
    """
    way_out = {name: process.environment(name) for name in WAY_OUT if process.environment(name)}
    parent = {"PARENT": recipe.parent_id} if "PARENT" in recipe.arguments else {}
    return client.api.build(
        fileobj=build_context.packed(recipe),
        custom_context=True,
        tag=name or recipe.name,
        buildargs={**way_out, **recipe.arguments, **parent},
        labels={**recipe.labels, LABEL: build_context.digest(recipe)},
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
    """An image of ours that no current name and no kept release needs. Its size counts what it shares, too."""

    id: str
    bytes: int


def superseded(
    client: docker.DockerClient, before: datetime, label: str = LABEL, kept: Set[str] | None = None
) -> list[Superseded]:
    """List the images made before an instant that nobody needs: they are no current ones, no container is of them,
    and no release that is kept (`kept`; None: each of them) has them.
    """
    used = {container.attrs["Image"] for container in client.containers.list(all=True, ignore_removed=True)}
    found = client.images.list(filters={"label": label})
    return [
        Superseded(str(image.id), int(image.attrs["Size"]))
        for image in found
        if image.id not in used
        and image_tags.is_spare(set(image.tags), kept)
        and datetime.fromisoformat(seconds(image.attrs["Created"])) < before
    ]


def seconds(written: str) -> str:
    """Cut the engine's instant to whole seconds, in the form that Python reads."""
    return written.partition(".")[0].removesuffix("Z") + "+00:00"
