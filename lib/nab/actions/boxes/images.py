"""Build the images whose recipe changed: base, proxy, what agents share, and one for every agent.

Each is built as soon as its parent is there, beside those that it does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from nab import agents
from nab.agents import AgentSpec
from nab.config import Config
from nab.core.agents.adapters import COPIED
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
from nab.edges.host import beside, own_release, progress
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


@dataclass(frozen=True)
class Planned:
    """An image to have, the one that it builds on, and its recipe once that one is there."""

    name: str
    parent: str
    recipe: Callable[[Image], Recipe]


def ensure(config: Config, specs: Sequence[AgentSpec], *, ahead: bool = False) -> list[Image]:
    """Build what some agents need and is missing or stale. One that fails is told when the others are built.

    `ahead`: for a release that is not current yet, so what the names stand for now stays as it is.
    """
    client = engine.connect()
    planned = plan(config, specs)
    with alone(config):
        made = {BASE: beside.begin(lambda: make_base(config, client, waiting(planned, BASE), ahead=ahead))}
        for one in planned:
            made[one.name] = beside.begin(
                partial(follow, config, one, made[one.parent], planned, ahead=ahead)
            )
        wait(made.values())
    return [image.result() for image in made.values()]


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Let no other program build meanwhile; one that does is waited for."""
    builds = config.paths.root / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    lock = FileLock(builds / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        with step("waiting for another program that builds images"):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def plan(config: Config, specs: Sequence[AgentSpec]) -> list[Planned]:
    """List the images beside the base that some agents need, each after the one that it builds on."""
    planned = [Planned(proxy_box.IMAGE, BASE, partial(proxy_recipe, config))]
    parent = BASE
    for folder in needed(specs):
        planned.append(Planned(f"nab/{folder}", parent, partial(child, config, f"nab/{folder}", folder)))
        parent = f"nab/{folder}"
    return planned + [
        Planned(spec.image, f"nab/{spec.parent}", partial(agent_recipe, config, spec)) for spec in specs
    ]


def waiting(planned: Sequence[Planned], name: str) -> tuple[str, ...]:
    """Return the images that wait for one."""
    return tuple(one.name for one in planned if one.parent == name)


def make_base(config: Config, client: docker.DockerClient, waiting: Sequence[str], *, ahead: bool) -> Image:
    """Have nab/base, and what it starts from."""
    return make(config, client, base_recipe(config, client), waiting, ahead=ahead)


def follow(
    config: Config, one: Planned, parent: Future[Image], planned: Sequence[Planned], *, ahead: bool
) -> Image:
    """Have an image as soon as its parent is there."""
    recipe = one.recipe(parent.result())
    client = engine.connect()  # a client serves one thread
    return make(config, client, recipe, waiting(planned, one.name), ahead=ahead)


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


def make(
    config: Config,
    client: docker.DockerClient,
    recipe: Recipe,
    waiting: Sequence[str] = (),
    *,
    ahead: bool = False,
) -> Image:
    """Build one image unless it is there already, from the same recipe. Say which others wait for it.

    Unless `ahead`, its name stands for it then.
    """
    found = image_tags.find(client, recipe)
    if found is None:
        if waiting:
            progress.say(f"building {recipe.name}; what waits for it: {', '.join(waiting)}")
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
    """Describe an agent's image, whose labels say which program is in it. A package's Dockerfile is told of that."""
    recipe = child(config, spec.image, f"agents/{spec.name}", parent)
    if spec.install is None:
        return recipe
    program = cli_packages.wanted(spec.folder, spec.install)
    told = {} if spec.install.kind == COPIED else program.arguments
    return replace(recipe, arguments={**recipe.arguments, **told}, labels=program.labels)
