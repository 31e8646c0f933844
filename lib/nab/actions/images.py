"""Build the images whose recipe changed: base, proxy, control, and one for every agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock

from nab import agents
from nab.agents import AgentSpec
from nab.config import Config
from nab.edges import base_image, build_context, engine, image_builds, process, proxy_box, trust
from nab.edges.build_context import File, Recipe
from nab.edges.progress import step

if TYPE_CHECKING:
    import docker

BASE = "nab/base"
CONTROL = "nab/control"
USUAL_USER = 1000


@dataclass(frozen=True)
class Image:
    """One image as it is now; `built` says whether it had to be."""

    name: str
    id: str
    built: bool


def ensure(config: Config, *, agent: str | None = None) -> list[Image]:
    """Build what is missing or stale, parents first; with `agent` only what that agent needs."""
    chosen = agents.agents(config.images) if agent is None else [agents.find(config.images, agent)]
    client = engine.connect()
    builds = config.paths.root / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    with FileLock(builds / "lock"):
        base = make(config, client, base_recipe(config, client))
        made = [base, make(config, client, child(config, proxy_box.IMAGE, "proxy", base))]
        parents = {"base": base}
        if any(spec.parent == "control" for spec in chosen):
            parents["control"] = make(config, client, child(config, CONTROL, "control", base))
            made.append(parents["control"])
        made += [make(config, client, agent_recipe(config, spec, parents[spec.parent])) for spec in chosen]
    return made


def make(config: Config, client: docker.DockerClient, recipe: Recipe) -> Image:
    """Build one image unless it is there already, from the same recipe."""
    stale = not image_builds.is_current(client, recipe)
    if stale:
        with step(f"building {recipe.name}") as building:
            log = config.paths.root / "builds" / f"{recipe.name.rpartition('/')[2]}.log"
            image_builds.build(client, recipe, log, building)
    return Image(recipe.name, image_builds.image_digest(client, recipe.name).id, stale)


def base_recipe(config: Config, client: docker.DockerClient) -> Recipe:
    """Describe nab/base: our folder, this machine's extra certificates, and the image it starts from."""
    start = base_image.find_or_make(client, config.settings.images.base)
    certificates = {f"ca/{name}": File(pem.encode()) for name, pem in trust.host_extra_certificates().items()}
    return Recipe(
        name=BASE,
        files={**build_context.folder(config.images / "base"), **certificates},
        parent_id=image_builds.image_digest(client, start).id,
        arguments={"BASE_IMAGE": start, "AGENT_UID": str(agent_user())},
    )


def agent_user() -> int:
    """Return the agents' user number: ours, so that their files are ours; for root the usual one."""
    return process.user_ids()[0] or USUAL_USER


def child(config: Config, name: str, folder: str, parent: Image) -> Recipe:
    """Describe an image that builds on another of ours."""
    return Recipe(
        name=name,
        files=build_context.folder(config.images / folder),
        parent_id=parent.id,
        arguments={"PARENT": parent.name},
    )


def agent_recipe(config: Config, spec: AgentSpec, parent: Image) -> Recipe:
    """Describe an agent's image."""
    return child(config, spec.image, f"agents/{spec.name}", parent)
