"""What a box needs around it while it runs: a network of its own and the proxy, its only way out."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.core.errors import FAILED, NabError
from nab.edges import agent_box, boxes, clock, networks, numerai_key, process, proxy_box, trust
from nab.edges.proxy_box import ProxyBox

READY_SECONDS = 60


def network_name(run: str) -> str:
    """Name the network of a run."""
    return f"nab-net-{run}"


def up(bench: Bench, run: str, entrant: str, session: str) -> None:
    """Make the network and start the proxy, unless they are there. Raises NabError if the proxy does not start.

    Fails closed: without a proxy the box has no way out at all.
    """
    labels = agent_box.labels(bench.paths.root, run, entrant, boxes.PROXY)
    networks.make(bench.engine, network_name(run), labels)
    present = bench.find_boxes(run, boxes.PROXY)
    running = [box for box in present if box.running]
    for dead in [box for box in present if not box.running]:
        boxes.remove(bench.engine, dead.id)
    wait_until_ready(bench, running[0].id if running else start_proxy(bench, run, session, labels))


def start_proxy(bench: Bench, run: str, session: str, labels: dict[str, str]) -> str:
    """Start the proxy of a run and session. Returns its id."""
    order = proxy_order(bench, run, session, labels)
    proxy_box.make_record(order)
    made = boxes.create(bench.engine, proxy_box.options(order))
    networks.attach(bench.engine, network_name(run), made.id, alias="proxy")
    return boxes.start(bench.engine, made.id).id


def proxy_order(bench: Bench, run: str, session: str, labels: dict[str, str]) -> ProxyBox:
    """Say what the proxy of this run and session is made of."""
    kind = bench.config.settings.tournament.kind
    return ProxyBox(
        name=f"nab-proxy-{run}",
        run=run,
        session=session,
        numerai=kind,
        record=bench.run(run).http,
        trust=trust.ensure(bench.paths.trust, bench.engine).folder,
        key=numerai_key.key_file(bench.config),
        user_ids=process.user_ids(),
        socket_folder=bench.paths.tournament if kind == "local" else None,
        labels=labels,
    )


def wait_until_ready(bench: Bench, box_id: str) -> None:
    """Wait until the proxy takes connections."""
    deadline = clock.monotonic() + READY_SECONDS
    while clock.monotonic() < deadline:
        said = b"".join(boxes.output(bench.engine, box_id, follow=False)).decode(errors="replace")
        if proxy_box.READY in said:
            return
        box = boxes.inspect(bench.engine, box_id)
        if box is None or not box.running:
            raise NabError(f"the proxy ended at once: {said.strip()[-300:]}", exit_code=FAILED)
        clock.pause(0.1)
    raise NabError(f"the proxy was not ready after {READY_SECONDS} s", hint="make doctor", exit_code=FAILED)


def down(bench: Bench, run: str) -> None:
    """Remove the proxy and the network; the agent's stopped box stays."""
    for box in bench.find_boxes(run, boxes.PROXY):
        boxes.stop(bench.engine, box.id, grace_seconds=5)
        boxes.remove(bench.engine, box.id)
    if agent := bench.agent_box(run):
        networks.detach(bench.engine, network_name(run), agent.id)
    networks.remove(bench.engine, network_name(run))
