"""The names of an image of ours: the current one, that of its recipe, and those of the releases that it belongs to.

`nab/base` (its tag is `latest`) is what boxes are made of. `nab/base:<16 hex digits>` says from which recipe it was
built, so that a recipe that comes back, as at a rollback, finds its image. `nab/base:<release>` keeps it for as long
as that release is kept.
"""

from __future__ import annotations

import re
from collections.abc import Set
from contextlib import suppress
from typing import TYPE_CHECKING

import docker.errors

from nab.edges.docker import build_context
from nab.edges.docker.build_context import Recipe

if TYPE_CHECKING:
    import docker
    from docker.models.images import Image

LABEL = "nab.recipe"
CURRENT = "latest"
OF_RECIPE = re.compile("[0-9a-f]{16}")


def of_recipe(recipe: Recipe) -> str:
    """Name an image by its recipe."""
    return f"{recipe.name}:{build_context.digest(recipe)[:16]}"


def find(client: docker.DockerClient, recipe: Recipe) -> Image | None:
    """Return the image that was built from a recipe, if it is here."""
    return built_from(client, of_recipe(recipe), recipe) or built_from(client, recipe.name, recipe)


def built_from(client: docker.DockerClient, name: str, recipe: Recipe) -> Image | None:
    """Return the image that a name stands for, if it was built from a recipe."""
    with suppress(docker.errors.ImageNotFound):
        found = client.images.get(name)
        if found.labels.get(LABEL) == build_context.digest(recipe):
            return found
    return None


def note(image: Image, recipe: Recipe, release: str) -> None:
    """Name an image by its recipe and, where there is one, by the release that it belongs to."""
    for name in filter(None, (of_recipe(recipe), release and f"{recipe.name}:{release}")):
        if name not in image.tags:
            image.tag(*name.split(":"))


def make_current(client: docker.DockerClient, image: Image, name: str) -> None:
    """Let a name stand for an image. The one that it stood for before goes, unless somebody needs it."""
    before = None
    with suppress(docker.errors.ImageNotFound):
        before = client.images.get(name)
    if before is not None and before.id == image.id:
        return
    image.tag(name, CURRENT)
    if before is not None and is_spare(image_tags(client, str(before.id)), kept=None):
        remove(client, str(before.id))


def is_spare(tags: Set[str], kept: Set[str] | None) -> bool:
    """Say whether no name of an image is the current one or that of a kept release; None: all releases are kept."""
    words = {tag.rpartition(":")[2] for tag in tags}
    releases = {word for word in words if not OF_RECIPE.fullmatch(word) and word != CURRENT}
    return CURRENT not in words and not (releases if kept is None else releases & kept)


def image_tags(client: docker.DockerClient, image: str) -> set[str]:
    """Return all names of an image."""
    try:
        return set(client.images.get(image).tags)
    except docker.errors.ImageNotFound:
        return set()


def remove(client: docker.DockerClient, image: str) -> bool:
    """Remove an image and its names; one that a container or another image needs stays. Says whether it went."""
    try:
        for name in sorted(image_tags(client, image)) or [image]:
            client.images.remove(name)
    except docker.errors.ImageNotFound:
        return True
    except docker.errors.APIError:
        return False
    return True


def forget(client: docker.DockerClient, name: str) -> None:
    """Remove every image of a name, whatever its tag."""
    for image in client.images.list(name=name):
        for tag in image.tags:
            if tag.rpartition(":")[0] == name:
                client.images.remove(tag, force=True)
