"""The box that an agent works in: what it is made of, and what is tried in one like it before the agent starts."""

from __future__ import annotations

from collections.abc import Collection

from nab import agents, prompts
from nab.actions import client_check, images, surroundings
from nab.actions.bench import Bench
from nab.core.runs import Run
from nab.edges import agent_box, boxes, files, keys, process, proxy_box, trust
from nab.edges.agent_box import AgentBox


def make(bench: Bench, run: Run) -> boxes.Box:
    """Make the agent's box and the folders that are mounted into it."""
    paths = bench.run(run.name)
    paths.workspace.mkdir(parents=True, exist_ok=True)
    process.hand_over(paths.workspace, images.USUAL_USER)
    files.replace_bytes(paths.control / "phase", b"work\n")
    files.replace_bytes(paths.control / "objective.md", f"{sentence(bench, run)}\n".encode())
    return boxes.create(bench.engine, agent_box.options(order(bench, run)))


def check_clients(bench: Bench, run: Run) -> str:
    """Try in a box like it whether its programs trust the proxy. Returns the result in a line; the table is kept."""
    return client_check.check(bench, run.name, order(bench, run)).splitlines()[-1]


def order(bench: Bench, run: Run) -> AgentBox:
    """Say what the box is made of."""
    paths, settings = bench.run(run.name), bench.config.settings
    return AgentBox(
        name=run.intended.slot,
        image=run.intended.image,
        command=agents.find(bench.config.images, run.intended.agent).command,
        network=surroundings.network_name(run.name),
        workspace=paths.workspace,
        control=paths.control,
        trusted=trust.ensure(bench.paths.trust, bench.engine),
        limits=settings.limits,
        labels=agent_box.labels(bench.paths.root, run.name, run.entrant, boxes.AGENT),
        environment=environment(run, sentence(bench, run), keys.subscriptions(keys.ring(bench.config))),
    )


def sentence(bench: Bench, run: Run) -> str:
    """Return the objective, in its one sentence."""
    return prompts.objective(bench.config.settings.objective.metric, run.intended.model)


def environment(run: Run, sentence: str, subscriptions: Collection[str]) -> dict[str, str]:
    """Return what the agent finds in its environment. The keys in it are placeholders."""
    return {
        "NUMERAI_MODEL_ID": run.intended.model_id,
        "NUMERAI_MODEL_NAME": run.intended.model,
        "NAB_ENTRANT": run.entrant,
        "NAB_OBJECTIVE": sentence,
    } | proxy_box.client_environment(subscriptions)
