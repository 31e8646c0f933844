"""Build the images whose recipe changed: base, proxy, what agents share, and one for every agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock

from nab import agents
from nab.agents import AgentSpec
from nab.config import Config
from nab.core.errors import NabError
from nab.edges import process
from nab.edges.docker import (
    base_image,
    build_context,
    cli_packages,
    engine,
    image_builds,
    image_tags,
    proxy_box,
    trust,
)  # fmt: skip
from nab.edges.docker.build_context import File, Recipe
from nab.edges.host import own_release
from nab.edges.host.progress import step

if TYPE_CHECKING:
    import docker

BASE = "nab/base"
CHAINS = {"base": (), "control": ("control",), "node": ("control", "node")}  # what a parent needs, in order
USUAL_USER = 1000
INSTALLS = {
    "node": ("/opt/venv",)
}  # what a parent's Dockerfile gives to the agents' user beside home and /workspace


@dataclass(frozen=True)
class Image:
    """One image as it is now; `built` says whether it had to be."""

    name: str
    id: str
    built: bool


def ensure(config: Config, specs: Sequence[AgentSpec], *, ahead: bool = False) -> list[Image]:
    """Build what some agents need and is missing or stale, parents first.

    `ahead`: for a release that is not current yet, so what the names stand for now stays as it is.
    """
    client = engine.connect()
    builds = config.paths.root / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    with FileLock(builds / "lock"):
        base = make(config, client, base_recipe(config, client), ahead=ahead)
        made = [base, make(config, client, proxy_recipe(config, base), ahead=ahead)]
        parents = {"base": base}
        for name in needed(specs):
            recipe = child(config, f"nab/{name}", name, [*parents.values()][-1])
            parents[name] = make(config, client, recipe, ahead=ahead)
            made.append(parents[name])
        recipes = [agent_recipe(config, spec, parents[spec.parent]) for spec in specs]
        made += [make(config, client, recipe, ahead=ahead) for recipe in recipes]
    return made


def chosen(config: Config, agent: str, *, every: bool) -> list[AgentSpec]:
    """Return one agent, every agent, or those of nab.toml."""
    if agent:
        return [agents.find(config.images, agent)]
    return agents.agents(config.images) if every else of_entrants(config)


def of_entrants(config: Config) -> list[AgentSpec]:
    """Return the agents of nab.toml. An entrant's agent that has no folder is launch's to refuse."""
    named = {entrant.agent for entrant in config.settings.entrants}
    return [spec for spec in agents.agents(config.images) if spec.name in named]


def of_controls(config: Config) -> list[AgentSpec]:
    """Return those of them that are programs of ours: a newcomer waits for no more."""
    return [spec for spec in of_entrants(config) if spec.cli is None]


def needed(chosen: Sequence[AgentSpec]) -> tuple[str, ...]:
    """Return the parents that some agents need beyond the base, each before what builds on it."""
    return max((CHAINS[spec.parent] for spec in chosen), key=len, default=())


def make(config: Config, client: docker.DockerClient, recipe: Recipe, *, ahead: bool = False) -> Image:
    """Build one image unless it is there already, from the same recipe. Unless `ahead`, its name stands for it then."""
    found = image_tags.find(client, recipe)
    if found is None:
        with step(f"building {recipe.name}") as building:
            log = config.paths.root / "builds" / f"{recipe.name.rpartition('/')[2]}.log"
            image_builds.build(client, recipe, log, building)
    image = found or image_tags.find(client, recipe)
    assert image is not None, "it was built just now"
    image_tags.note(image, recipe, own_release.of(config.repository))
    if not ahead:
        image_tags.make_current(client, image, recipe.name)
    return Image(recipe.name, str(image.id), found is None)


def start(config: Config) -> str:
    """Return the name of the image that nab/base starts from; it is on this machine then. Nothing else is made."""
    return base_image.find_or_make(engine.connect(), config.settings.images.base)


def base_recipe(config: Config, client: docker.DockerClient) -> Recipe:
    """Describe nab/base: our folder, this machine's extra certificates, and the image it starts from."""
    start = base_image.find_or_make(client, config.settings.images.base)
    certificates = {f"ca/{name}": File(pem.encode()) for name, pem in trust.host_extra_certificates().items()}
    return Recipe(
        name=BASE,
        files={**build_context.folder(config.images / "base"), **certificates},
        parent_id=image_builds.image_digest(client, start).id,
        arguments={"BASE_IMAGE": start, "AGENT_UID": str(agent_user(client))},
    )


def agent_user(client: docker.DockerClient) -> int:
    """Return the agents' user number: ours, so that their files are ours. Root can give them to anybody: for root it
    is the one that the images have, so that the services' user need not build them again after root did.
    """
    return process.user_ids()[0] or image_builds.agent_user(client, BASE) or USUAL_USER


def user_of(client: docker.DockerClient, image: str) -> int:
    """Return the number of the user that an image's agent runs as.

    Raises NabError where that user's files could not be ours, before anything is made.
    """
    us = process.user_ids()[0]
    built_for = image_builds.agent_user(client, image) or us or USUAL_USER  # an older one does not tell
    if us and us != built_for:
        raise NabError(
            f"{image} was built for user number {built_for}, and we are {us}: its agent's files would not be ours",
            hint=f"make images, as this user ({us}); root can then use them too",
        )
    return built_for


def child(config: Config, name: str, folder: str, parent: Image) -> Recipe:
    """Describe an image that builds on another of ours."""
    return Recipe(
        name=name,
        files=build_context.folder(config.images / folder),
        parent_id=parent.id,
        arguments={"PARENT": parent.name},
    )


def proxy_recipe(config: Config, parent: Image) -> Recipe:
    """Describe the proxy's image: our folder, and the files of the models' vendors."""
    recipe = child(config, proxy_box.IMAGE, "proxy", parent)
    vendors = build_context.folder(config.images / "providers")
    return replace(
        recipe, files={**recipe.files, **{f"providers/{name}": file for name, file in vendors.items()}}
    )


def agent_recipe(config: Config, spec: AgentSpec, parent: Image) -> Recipe:
    """Describe an agent's image. Its Dockerfile writes the program's package into the image's labels."""
    recipe = child(config, spec.image, f"agents/{spec.name}", parent)
    program = cli_packages.wanted(spec.folder, spec.install) if spec.install else None
    return replace(recipe, arguments={**recipe.arguments, **(program.arguments if program else {})})
