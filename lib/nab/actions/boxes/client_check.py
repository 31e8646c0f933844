"""Before an agent starts: do the clients in its image trust the proxy? What is found is on record, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.recording.calls import client_coverage
from nab.core.recording.calls.client_coverage import Coverage
from nab.edges import clock
from nab.edges.docker import agent_box, boxes
from nab.edges.docker.agent_box import AgentBox
from nab.edges.files import files
from nab.edges.host import sd_notify
from nab.edges.kernel import cpu_times

if TYPE_CHECKING:
    from docker import DockerClient

CHECKED = "nab.check"  # the state folder whose check a box is; it carries no label of a run
PROGRAM = "/usr/local/lib/nab/check_clients"  # in every image, from images/base
SECONDS = 60
GLANCE_SECONDS = 5


def check(bench: Bench, run: str, order: AgentBox) -> str:
    """Try the clients of an agent's image in a throw-away box of its shape. Returns the table for people.

    The network and the proxy of the run must be up. Never raises for what goes wrong: that is a value too.
    """
    coverage = look(bench.engine, order, str(bench.paths.root))
    try:
        files.replace_json(bench.run(run).clients, coverage)
    except OSError as error:
        return f"clients.json was not written: {error}"
    return client_coverage.table(coverage)


def show(bench: Bench, run: str) -> str:
    """Return the table of a run. Raises NabError when there is none."""
    if not bench.run(run).clients.is_file():
        raise NabError(f"no clients were checked for {run!r}", hint=f"runs are folders of {bench.paths.runs}")
    return client_coverage.table(files.read_json(bench.run(run).clients, Coverage))


def look(engine: DockerClient, order: AgentBox, owner: str) -> Coverage:
    """Run the check in its box."""
    import docker.errors
    import requests

    try:
        remove_leftovers(engine, owner)
        box = boxes.create(engine, options(order, owner))
        try:
            ended = bring_to_its_end(engine, boxes.start(engine, box.id))
            printed = b"".join(boxes.output(engine, box.id, follow=False))
        finally:
            boxes.remove(engine, box.id)
    except (NabError, docker.errors.DockerException, requests.RequestException, OSError) as error:
        return Coverage(failed=str(error) or type(error).__name__)
    return (
        client_coverage.read(printed)
        if ended
        else Coverage(failed=f"no end, and nothing done for {SECONDS} s")
    )


def bring_to_its_end(engine: DockerClient, box: boxes.Box) -> bool:
    """Wait for the end of a check for as long as it does something; say whether it came."""
    patience = clock.Patience(SECONDS, lambda: int(cpu_times.of_tree(box.pid)), at_most=10 * SECONDS)
    while not (ended := boxes.ended_within(engine, box.id, GLANCE_SECONDS)) and not patience.lost:
        sd_notify.alive("trying the clients of its image")
    return ended


def remove_leftovers(engine: DockerClient, owner: str) -> None:
    """Remove the boxes of checks that were killed halfway."""
    for left in boxes.find(engine, {CHECKED: owner}):
        boxes.remove(engine, left.id)


def options(order: AgentBox, owner: str) -> dict[str, Any]:
    """Return an agent's box without its own folders and its GPUs, that checks instead of working."""
    there = agent_box.options(
        replace(order, name=f"{order.name}-clients", labels={CHECKED: owner}, scratch=None)
    )
    there.pop("device_requests", None)
    return there | {"command": ["python3", PROGRAM], "mounts": []}
