"""The box that an agent works in: what it is made of, and what is tried in one like it before the agent starts."""

from __future__ import annotations

import shutil

from nab import agents, prompts, providers
from nab.actions.bench import Bench
from nab.actions.boxes import client_check, images
from nab.actions.disks import run_disks
from nab.actions.prompts import session
from nab.actions.prompts import task as task_prompt
from nab.agents import AgentSpec
from nab.core.runs.runs import Run
from nab.core.text import names
from nab.edges import process
from nab.edges.docker import agent_box, boxes, proxy_box, trust
from nab.edges.docker.agent_box import AgentBox
from nab.edges.files import files
from nab.edges.secrets import keys
from nab.edges.untrusted import outboxes


def make(bench: Bench, run: Run) -> boxes.Box:
    """Make the agent's box and the folders that are mounted into it."""
    paths = bench.run(run.name)
    make_folders(bench, run)
    files.replace_bytes(paths.control / "phase", b"work\n")
    files.replace_bytes(paths.control / "objective.md", f"{sentence(bench, run)}\n".encode())
    if run.intended.llm:
        task = task_prompt.of(bench.config, bench.config.entrant(run.entrant)).text
        files.replace_bytes(paths.control / session.TASK, task.encode())
    return boxes.create(bench.engine, agent_box.options(order(bench, run)))


def make_folders(bench: Bench, run: Run) -> None:
    """Make the folders that are the agent's, within their limits. A coding agent's home begins as its image has it."""
    spec, paths = agents.find(bench.config.images, run.intended.agent), bench.run(run.name)
    run_disks.make(paths, run.intended, seeded(spec), outbox=spec.cli is not None)
    if spec.cli and (spec.folder / "home").is_dir():
        shutil.copytree(spec.folder / "home", paths.home, dirs_exist_ok=True)
    for folder in (paths.workspace, *((paths.home, paths.outbox) if spec.cli else ())):
        process.hand_over(folder.resolve(), images.USUAL_USER)


def seeded(spec: AgentSpec) -> tuple[str, ...]:
    """Name the places beside its folders that an agent can write and that begin as its image has them."""
    return (*images.INSTALLS.get(spec.parent, ()), *(() if spec.cli else (agent_box.HOME,)))


def check_clients(bench: Bench, run: Run) -> str:
    """Try in a box like it whether its programs trust the proxy. Returns the result in a line; the table is kept."""
    return client_check.check(bench, run.name, order(bench, run)).splitlines()[-1]


def order(bench: Bench, run: Run) -> AgentBox:
    """Say what the box is made of."""
    paths, settings = bench.run(run.name), bench.config.settings
    spec = agents.find(bench.config.images, run.intended.agent)
    return AgentBox(
        name=run.intended.slot,
        image=run.intended.image,
        command=spec.command or outboxes.PROGRAM,
        network=names.network_name(run.name),
        workspace=paths.workspace.resolve(),
        control=paths.control,
        trusted=trust.ensure(bench.paths.trust, bench.engine),
        limits=settings.limits,
        labels=agent_box.labels(bench.paths.root, run.name, run.entrant, boxes.AGENT),
        environment=environment(bench, run, spec),
        home=paths.home.resolve() if spec.cli else None,
        outbox=paths.outbox if spec.cli else None,
        scratch=paths.disk,
        seeded=seeded(spec),
        gpus=run.intended.gpus,
    )


def sentence(bench: Bench, run: Run) -> str:
    """Return the objective, in its one sentence."""
    return prompts.objective(bench.config.settings.objective.metric, run.intended.model)


def environment(bench: Bench, run: Run, spec: AgentSpec) -> dict[str, str]:
    """Return what the agent finds in its environment. The keys in it are placeholders."""
    told = {
        "NUMERAI_MODEL_ID": run.intended.model_id,
        "NUMERAI_MODEL_NAME": run.intended.model,
        "NAB_ENTRANT": run.entrant,
        "NAB_OBJECTIVE": sentence(bench, run),
        # Libraries count the machine's cores, of which the box has only some: they would wait for each other.
        "OMP_NUM_THREADS": str(max(1, int(bench.config.settings.limits.cpus))),
    } | proxy_box.client_environment()
    if spec.cli is None:
        return told
    held = keys.for_agent(bench.config, spec.cli)
    provider = providers.find(bench.config.images, spec.cli.provider, wanted_by=spec.folder)
    return told | dict(spec.cli.environment) | proxy_box.model_placeholders(spec.cli, provider, held)
