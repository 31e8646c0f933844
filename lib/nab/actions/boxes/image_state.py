"""Which images the entrants of nab.toml need, and which of them are missing or stale. Nothing is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from nab.actions.boxes import images
from nab.actions.boxes.images import BASE, Image
from nab.config import Config
from nab.edges.docker import base_image, engine, image_builds, proxy_box
from nab.edges.docker.build_context import Recipe

if TYPE_CHECKING:
    import docker


@dataclass(frozen=True)
class ImageState:
    """The images we expect, and which of them are missing or stale."""

    expected: tuple[str, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]


def look(config: Config) -> ImageState:
    """Compare the images with their recipes. Raises NabError when the engine cannot be asked."""
    client = engine.connect()
    expected = names(config)
    missing = tuple(name for name in expected if not image_builds.image_id(client, name))
    stale = (recipe.name for recipe in recipes(config, client) if not image_builds.is_current(client, recipe))
    return ImageState(expected, missing, tuple(name for name in stale if name not in missing))


def names(config: Config) -> tuple[str, ...]:
    """Name the images that the entrants need, each after those that it builds on."""
    chosen = images.of_entrants(config)
    parents = (f"nab/{parent}" for parent in images.needed(chosen))
    return (BASE, proxy_box.IMAGE, *parents, *(spec.image for spec in chosen))


def recipes(config: Config, client: docker.DockerClient) -> Iterator[Recipe]:
    """Describe every image whose parent is there, on the parents as they are."""
    if has_start(config, client):
        yield images.base_recipe(config, client)
    chosen = images.of_entrants(config)
    built = {
        name: Image(name, found, False)
        for name in names(config)
        if (found := image_builds.image_id(client, name))
    }
    chain = ("base", *images.needed(chosen))
    if BASE in built:
        yield images.proxy_recipe(config, built[BASE])
    folders = [(f"nab/{folder}", folder, f"nab/{parent}") for parent, folder in pairwise(chain)]
    for name, folder, parent in folders:
        if parent in built:
            yield images.child(config, name, folder, built[parent])
    for spec in chosen:
        if (parent := f"nab/{spec.parent}") in built:
            yield images.agent_recipe(config, spec, built[parent])


def has_start(config: Config, client: docker.DockerClient) -> bool:
    """Say whether the image that nab/base starts from is here, so that nothing is pulled or made to look at it."""
    wanted = config.settings.images.base
    if image_builds.image_id(client, wanted):
        return True
    made = f"nab/bootstrap:{base_image.codename(base_image.OS_RELEASE)}"
    return base_image.is_plain(wanted) and image_builds.image_id(client, made) is not None
