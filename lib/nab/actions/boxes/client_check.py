"""Before an agent starts: do the clients in its image trust the proxy? What is found is on record, whatever it is.

That all of them do is proved once for an image, a proxy, an engine and the way they were tried, and kept by these
(nab.core.recording.calls.client_proofs): the next run of the same begins at once. What is no such proof is never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.recording.calls import client_coverage, client_proofs
from nab.core.recording.calls.client_coverage import Coverage
from nab.core.recording.calls.client_proofs import Proof, Subject
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import agent_box, boxes, engine, image_builds, proxy_box
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


def prove(bench: Bench, run: str, order: AgentBox, until_the_proxy_is_ready: Callable[[], None]) -> str:
    """Have it proved that the clients of an agent's image trust the proxy, now or before. Returns the table for people.

    A proof is looked for while the proxy comes up. The network of the run must be up. Never raises for what goes wrong
    here: that is a value too.
    """
    subject = subject_of(bench, order)
    proof = kept(bench, subject)
    said = record(bench, run, client_proofs.as_told(proof)) if proof else ""
    until_the_proxy_is_ready()
    return said or check(bench, run, order, subject)


def check(bench: Bench, run: str, order: AgentBox, subject: Subject | None) -> str:
    """Try them in a throw-away box of its shape, and keep it where it is a proof. Returns the table for people."""
    coverage = look(bench.engine, order, str(bench.paths.root))
    if subject and client_proofs.is_proof(coverage):
        keep(bench, Proof(subject=subject, run=run, at=times.text(clock.now()), coverage=coverage))
    return record(bench, run, coverage)


def subject_of(bench: Bench, order: AgentBox) -> Subject | None:
    """Say what a proof would be about; None where the engine does not tell: then nothing is proved."""
    import docker.errors
    import requests

    try:
        trusted = order.trusted.bundle.read_bytes(), order.trusted.authority.read_bytes()
        return Subject(
            image=str(bench.engine.images.get(order.image).id),
            proxy=str(bench.engine.images.get(proxy_box.IMAGE).id),
            engine=engine.identity(bench.engine),
            recipe=client_proofs.recipe(
                options(order, "")["environment"],
                tuple(hashlib.sha256(content).hexdigest() for content in trusted),
            ),
        )
    except (NabError, docker.errors.DockerException, requests.RequestException, OSError, KeyError):
        return None


def kept(bench: Bench, subject: Subject | None) -> Proof | None:
    """Return the proof of exactly this, if it was kept and can be read."""
    if subject is None:
        return None
    try:
        proof = files.read_json(bench.paths.client_proof(subject.name), Proof)
    except (NabError, OSError):
        return None
    return proof if client_proofs.stands(proof, subject) else None


def keep(bench: Bench, proof: Proof) -> None:
    """Keep a proof. Without room for it the next run tries the clients again."""
    with suppress(OSError, NabError):
        files.make_folder(bench.paths.proofs)
        files.replace_json(bench.paths.client_proof(proof.subject.name), proof)


def all_kept(bench: Bench) -> list[Proof]:
    """Return every proof that is kept and can be read."""
    found = []
    for file in sorted(bench.paths.proofs.glob("clients-*.json")):
        with suppress(NabError, OSError):
            found.append(files.read_json(file, Proof))
    return found


def is_proved(bench: Bench, image: str) -> bool:
    """Say whether there is a proof of an image, on the proxy and the engine there are. Raises NabError."""
    with engine.in_words():
        here = (
            image_builds.image_id(bench.engine, image),
            image_builds.image_id(bench.engine, proxy_box.IMAGE),
            engine.identity(bench.engine),
        )
    found = (one for one in all_kept(bench) if client_proofs.is_proof(one.coverage))
    return any((one.subject.image, one.subject.proxy, one.subject.engine) == here for one in found)


def record(bench: Bench, run: str, coverage: Coverage) -> str:
    """Put on a run's record what is known of the clients in its image. Returns the table for people."""
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


def look(client: DockerClient, order: AgentBox, owner: str) -> Coverage:
    """Run the check in its box."""
    import docker.errors
    import requests

    try:
        remove_leftovers(client, owner)
        box = boxes.create(client, options(order, owner))
        try:
            ended = bring_to_its_end(client, boxes.start(client, box.id))
            printed = b"".join(boxes.output(client, box.id, follow=False))
        finally:
            boxes.remove(client, box.id)
    except (NabError, docker.errors.DockerException, requests.RequestException, OSError) as error:
        return Coverage(failed=str(error) or type(error).__name__)
    return (
        client_coverage.read(printed)
        if ended
        else Coverage(failed=f"no end, and nothing done for {SECONDS} s")
    )


def bring_to_its_end(client: DockerClient, box: boxes.Box, seconds: float = SECONDS) -> bool:
    """Wait for the end of a check for as long as it does something; say whether it came."""
    patience = clock.Patience(seconds, lambda: cpu_times.tenths_of_tree(box.pid), at_most=10 * SECONDS)
    while not (ended := boxes.ended_within(client, box.id, GLANCE_SECONDS)) and not patience.lost:
        sd_notify.alive("trying the clients of its image")
    return ended


def remove_leftovers(client: DockerClient, owner: str) -> None:
    """Remove the boxes of checks that were killed halfway."""
    for left in boxes.find(client, {CHECKED: owner}):
        boxes.remove(client, left.id)


def options(order: AgentBox, owner: str) -> dict[str, Any]:
    """Return an agent's box without its own folders and its GPUs, that checks instead of working."""
    there = agent_box.options(
        replace(order, name=f"{order.name}-clients", labels={CHECKED: owner}, scratch=None)
    )
    there.pop("device_requests", None)
    return there | {"command": ["python3", PROGRAM], "mounts": []}
