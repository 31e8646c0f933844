"""The box that an agent works in: what it is made of, and what is tried in one like it before the agent starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from nab import agents, prompts
from nab.actions import capacities
from nab.actions.bench import Bench
from nab.actions.boxes import client_check, images
from nab.actions.disks import run_disks
from nab.actions.prompts import session
from nab.actions.prompts import task as task_prompt
from nab.agents import AgentSpec
from nab.core.errors import FAILED, NabError
from nab.core.facts import RunCreated
from nab.core.runs.runs import Run
from nab.core.text import names
from nab.edges import process
from nab.edges.docker import agent_box, boxes, image_builds, proxy_box, trust
from nab.edges.docker.agent_box import AgentBox
from nab.edges.files import files
from nab.edges.secrets import keys
from nab.edges.untrusted import descriptors, furnishing, outboxes
from nab.paths import RunPaths

OBJECTIVE = "objective.md"
BASE_URL = "{base_url}"  # in a variable of cli.environment: where its provider is asked


def make(bench: Bench, run: Run) -> boxes.Box:
    """Make the agent's box and the folders that are mounted into it.

    A coding agent's waits for its first order; a control's, before its run has begun, until it is let work.
    """
    paths = bench.run(run.name)
    make_folders(bench, run)
    if run.intended.llm or run.started_at:
        let_work(bench, run)
    else:
        (paths.control / agent_box.PHASE).unlink(missing_ok=True)
    write_once(paths.control / OBJECTIVE, f"{sentence(bench, run)}\n")
    if run.intended.llm:
        memory = capacities.kept(bench.config, run.intended).memory_gib
        task = task_prompt.of(bench.config, run.intended.level, run.intended.model, memory).text
        write_once(paths.control / session.TASK, task)
    if lacking := capacities.broken(bench.config, run.intended):
        click.echo(f"  {run.entrant} │ [nab] {lacking}")
    return boxes.create(bench.engine, agent_box.options(order(bench, run)))


def let_work(bench: Bench, run: Run) -> None:
    """Let the box do what it is for; one that runs already has waited for it."""
    if not may_work(bench, run):
        files.replace_bytes(bench.run(run.name).control / agent_box.PHASE, b"work\n")


def may_work(bench: Bench, run: Run) -> bool:
    """Say whether the box was let do what it is for."""
    return (bench.run(run.name).control / agent_box.PHASE).exists()


def make_again(bench: Bench, run: Run) -> boxes.Box:
    """Make the box of an ended run anew, for its submit.sh: what its agent could write lies on its disk."""
    make_folders(bench, run)
    files.replace_bytes(bench.run(run.name).control / agent_box.PHASE, b"submit\n")
    named = replace(order(bench, run), name=names.done_name(run.name))
    box = boxes.create(bench.engine, agent_box.options(named))
    note(bench, run, box, f"{run.name}:created:{box.id}")
    return box


def note(bench: Bench, run: Run, box: boxes.Box, id: str) -> None:
    """Write down that a box was made, and of what, where that is not what the run was meant to have."""
    used = image(bench, run)
    fact = RunCreated(container=box.id, image="" if used == run.intended.image else used)
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=id)


def write_once(file: Path, text: str) -> None:
    """Write what an agent is asked. It is the same to the end of its run, whatever newer versions of us would say."""
    if not file.exists():
        files.replace_bytes(file, text.encode())


def make_folders(bench: Bench, run: Run) -> None:
    """Make the folders that are the agent's, within their limits. A coding agent's home begins as its image has it.

    It does once: as soon as a box was made of them the agent has them as it likes. Raises NabError.
    """
    spec, paths = agents.find(bench.config.images, run.intended.agent), bench.run(run.name)
    try:
        run_disks.make(paths, run.intended, seeded(spec), outbox=spec.cli is not None)
        if run.container is None:
            begin(paths, spec, images.user_of(bench.engine, run.intended.image))
        elif process.is_root():
            hand_over(paths, spec, images.user_of(bench.engine, image(bench, run)))
    except OSError as error:
        raise NabError(f"the folders of {run.name} cannot be made: {error}", exit_code=FAILED) from None


def begin(paths: RunPaths, spec: AgentSpec, user: int) -> None:
    """Give the agent, a user of that number, its folders, with what they begin with. Raises OSError."""
    if spec.cli:
        furnishing.furnish(paths.home, spec.folder / "home")
    for folder in (paths.workspace, *((paths.home, paths.outbox) if spec.cli else ())):
        if process.is_root():  # else they stay ours and the boxes run as us
            furnishing.hand_over(folder, user)


def hand_over(paths: RunPaths, spec: AgentSpec, user: int) -> None:
    """Give the agent what is its own, where another machine's number of it is on that. Raises OSError."""
    if descriptors.owner(paths.workspace) in {None, user}:
        return
    apart = (*agent_box.SCRATCH, *map(agent_box.seeded_name, seeded(spec)))
    for folder in (
        paths.workspace,
        *((paths.home, paths.outbox) if spec.cli else ()),
        *map(paths.disk.inside, apart),
    ):
        furnishing.hand_over(folder, user)


def seeded(spec: AgentSpec) -> tuple[str, ...]:
    """Name the places beside its folders that an agent can write and that begin as its image has them."""
    return (*images.INSTALLS.get(spec.parent, ()), *(() if spec.cli else (agent_box.HOME,)))


def check_clients(bench: Bench, run: Run, until_the_proxy_is_ready: Callable[[], None]) -> str:
    """Have it proved that its programs trust the proxy. Returns the result in a line; the table is kept."""
    told = client_check.prove(bench, run.name, order(bench, run), until_the_proxy_is_ready)
    return told.splitlines()[-1]


def image(bench: Bench, run: Run) -> str:
    """Return the image of a run's box: the one that it began with, or its agent's here where there is no such image.

    After a move to another machine there is none: images are built anew.
    """
    if image_builds.image_id(bench.engine, run.intended.image):
        return run.intended.image
    spec = agents.find(bench.config.images, run.intended.agent)
    return image_builds.image_digest(bench.engine, spec.image).id


def order(bench: Bench, run: Run) -> AgentBox:
    """Say what the box is made of."""
    paths = bench.run(run.name)
    spec = agents.find(bench.config.images, run.intended.agent)
    return AgentBox(
        name=run.intended.slot,
        image=image(bench, run),
        command=spec.command or outboxes.PROGRAM,
        network=names.network_name(run.name),
        workspace=paths.workspace,
        control=paths.control,
        trusted=trust.ensure(bench.paths.trust, bench.engine),
        limits=capacities.limits(bench.config, run.intended),
        labels=agent_box.labels(bench.paths.root, run.name, run.entrant, boxes.AGENT),
        environment=environment(bench, run, spec),
        home=paths.home if spec.cli else None,
        outbox=paths.outbox if spec.cli else None,
        scratch=paths.disk,
        seeded=seeded(spec),
        gpus=run.intended.gpus,
    )


def sentence(bench: Bench, run: Run) -> str:
    """Return the objective, in its one sentence: as the run was told it, once it was."""
    told = bench.run(run.name).control / OBJECTIVE
    if told.exists():
        return told.read_text(encoding="utf-8").strip()
    return prompts.objective(bench.config.settings.objective.metric, run.intended.model)


def environment(bench: Bench, run: Run, spec: AgentSpec) -> dict[str, str]:
    """Return what the agent finds in its environment. The keys in it are placeholders."""
    told = {
        "NUMERAI_MODEL_ID": run.intended.model_id,
        "NUMERAI_MODEL_NAME": run.intended.model,
        "NAB_ENTRANT": run.entrant,
        "NAB_OBJECTIVE": sentence(bench, run),
        **({} if run.intended.seed is None else {"NAB_SEED": str(run.intended.seed)}),
        # Libraries count the machine's cores, of which the box has only some: they would wait for each other.
        "OMP_NUM_THREADS": str(max(1, int(capacities.kept(bench.config, run.intended).cpus))),
    } | proxy_box.client_environment()
    if spec.cli is None:
        return told
    provider = agents.provider_of(spec, bench.config.providers)
    held = keys.for_agent(bench.config, spec.cli)
    own = {name: text.replace(BASE_URL, provider.url) for name, text in spec.cli.environment.items()}
    return told | own | proxy_box.model_placeholders(spec.cli, provider, held)
