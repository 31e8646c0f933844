"""What a box needs around it while it runs: a network of its own and the proxy, its only way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import msgspec

from nab import agents
from nab.actions.bench import Bench
from nab.actions.disks import preflight
from nab.config import Config
from nab.core.agents.providers import listed
from nab.core.errors import FAILED, NabError
from nab.core.runs.runs import Run
from nab.core.text.names import network_name
from nab.edges import clock, process
from nab.edges.docker import agent_box, boxes, networks, proxy_box, trust
from nab.edges.docker.proxy_box import Model, Orders, ProxyBox
from nab.edges.files import files
from nab.edges.host import machine, sd_notify
from nab.edges.kernel import cpu_times
from nab.edges.secrets import keys

READY_SECONDS = 30
LOOK_SECONDS = 0.03
WORK = "work"  # the session of the proxy while the agent works


@dataclass(frozen=True)
class Connection:
    """The network of a run: the labels of what is on it, and the address that is the proxy's."""

    labels: dict[str, str]
    address: str


@dataclass(frozen=True)
class Coming:
    """A proxy that was started, and may not take connections yet; `is_new`: by us, just now."""

    box: str
    is_new: bool


def up(bench: Bench, run: Run, session: str, *, light: bool = False) -> None:
    """Make the network and start the proxy, unless they are there. Raises NabError if the proxy does not start.

    Fails closed: without a proxy the box has no way out at all.
    """
    coming = begin(bench, run, session, connect(bench, run), light=light)
    wait_for(bench, run, session, coming, light=light)


@contextmanager
def beginning(bench: Bench, run: Run, session: str, *, light: bool = False) -> Iterator[Callable[[], None]]:
    """Make the network, and start the proxy beside what is done inside. What is yielded waits until it is ready.

    It raises what went wrong with the proxy. The other thread asks the engine through a client of its own, which it
    makes beside the network.
    """
    own = Bench(bench.config, bench.by, recent=bench.recent)
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: own.engine)  # where that fails, so does the next who asks for it
        connection = connect(bench, run)
        started = beside.submit(begin, own, run, session, connection, light=light)
        yield lambda: wait_for(bench, run, session, started.result(), light=light)


def begin(bench: Bench, run: Run, session: str, connection: Connection, *, light: bool = False) -> Coming:
    """Start the proxy on its network, unless it is there, and do not wait for it."""
    for present in bench.find_boxes(run.name, boxes.PROXY):
        if present.works:
            return Coming(present.id, is_new=False)
        boxes.remove(bench.engine, present.id)
    orders = told(bench, run, session, connection.address, light=light)
    return Coming(start_proxy(bench, run.name, orders, connection.labels), is_new=True)


def wait_for(bench: Bench, run: Run, session: str, coming: Coming, *, light: bool = False) -> None:
    """Wait until a proxy takes connections. One that we found there and that does not is replaced, once."""
    ready = becomes_ready(bench, coming.box)
    if not ready and not coming.is_new:
        boxes.remove(bench.engine, coming.box)
        coming = begin(bench, run, session, connect(bench, run), light=light)
        ready = becomes_ready(bench, coming.box)
    if not ready:
        said = output(bench, coming.box)[-300:]
        raise NabError(f"the proxy did not start: {said}", hint="make doctor", exit_code=FAILED)


def connect(bench: Bench, run: Run) -> Connection:
    """Make the network of a run, unless it is there, and tell its box who answers on it."""
    labels = agent_box.labels(bench.paths.root, run.name, run.entrant, boxes.PROXY)
    pool = IPv4Network(bench.config.settings.proxy.networks)
    address = networks.make(bench.engine, network_name(run.name), labels, pool)
    tell_resolver(bench, run.name, address)
    return Connection(labels, address)


def tell_resolver(bench: Bench, run: str, address: str) -> None:
    """Say in the box's resolv.conf that the proxy answers all questions. The box reads it when it starts."""
    told = f"nameserver {address}\noptions timeout:3 attempts:2\n".encode()
    file = bench.run(run).control / agent_box.RESOLVER
    if not (file.is_file() and file.read_bytes() == told):
        files.replace_bytes(file, told)


def start_proxy(bench: Bench, run: str, orders: Orders, labels: dict[str, str]) -> str:
    """Start the proxy of a run and session, and tell it its orders. Returns its id."""
    order = proxy_order(bench, run, labels)
    proxy_box.make_folders(order)
    made = boxes.create(bench.engine, proxy_box.options(order))
    networks.attach(bench.engine, network_name(run), made.id, orders.address)
    return boxes.start_with_input(bench.engine, made.id, msgspec.json.encode(orders)).id


def told(bench: Bench, run: Run, session: str, address: str, *, light: bool) -> Orders:
    """Say what the proxy is for. Raises NabError when a key is missing or cannot be used."""
    recording = bench.config.settings.recording
    limits = recording.segments
    return Orders(
        run=run.name,
        session=session,
        address=address,
        numerai=bench.config.settings.tournament.kind,
        models=bench.config.settings.models.kind,
        light=light,
        model=Model(id=run.intended.model_id, name=run.intended.model),
        others=tuple(Model(id=id, name=name) for name, id in run.intended.siblings.items()),
        keys=keys.ring(bench.config),
        calls=calls(bench, run),
        providers=own_providers(bench.config),
        closed=machine.addresses(),
        segment_bytes=limits.bytes,
        segment_period=limits.period.value,
        spare_bytes=preflight.spare_bytes(bench),
        pages_bytes=recording.pages_max_mib << 20,
        upload_bytes=recording.upload_max_mib << 20,
        uploads_bytes=recording.predictions_max_mib << 20,
    )


def calls(bench: Bench, run: Run) -> dict[str, tuple[str, ...]]:
    """Say what each vendor's key is for in this run: its list, narrowed by the agent, widened by nab.toml."""
    config = bench.config
    adapter = agents.find(config.images, run.intended.agent).cli
    added = {name: one.allow for name, one in config.settings.providers.items()}
    return listed(config.providers, adapter, added)


def own_providers(config: Config) -> dict[str, dict[str, Any]]:
    """Tell of the installation's own providers as a file of images/providers would."""
    return {name: msgspec.to_builtins(one) for name, one in config.own_providers.items()}


def proxy_order(bench: Bench, run: str, labels: dict[str, str]) -> ProxyBox:
    """Say what the proxy of this run is made of."""
    settings = bench.config.settings
    return ProxyBox(
        name=f"nab-proxy-{run}",
        record=bench.run(run).http,
        trust=trust.ensure(bench.paths.trust, bench.engine).folder,
        user_ids=process.user_ids(),
        socket_folder=bench.paths.tournament if settings.tournament.kind == "local" else None,
        models_folder=bench.paths.models if settings.models.kind == "scripted" else None,
        labels=labels,
    )


def stand(bench: Bench, run: str) -> bool:
    """Say whether the proxy of a run is up: without it the box has no way out."""
    return any(box.works for box in bench.find_boxes(run, boxes.PROXY))


def becomes_ready(bench: Bench, box_id: str) -> bool:
    """Wait until the proxy takes connections; False when it ended, or does nothing any more."""
    box = boxes.inspect(bench.engine, box_id)
    pid = box.pid if box else 0
    patience = clock.Patience(
        READY_SECONDS, lambda: cpu_times.tenths_of_tree(pid), at_most=10 * READY_SECONDS
    )
    while not patience.lost:
        if box is None or not box.works:
            return False
        if proxy_box.READY in output(bench, box_id):
            return True
        sd_notify.alive("starting its proxy")
        clock.pause(LOOK_SECONDS)
        box = boxes.inspect(bench.engine, box_id)
    return False


def output(bench: Bench, box_id: str) -> str:
    """Return what a proxy printed."""
    return b"".join(boxes.output(bench.engine, box_id, follow=False)).decode(errors="replace").strip()


def down(bench: Bench, run: str) -> None:
    """Remove the proxy and the network; the agent's stopped box stays."""
    for box in bench.find_boxes(run, boxes.PROXY):
        boxes.stop(bench.engine, box.id, grace_seconds=5)
        boxes.remove(bench.engine, box.id)
    if agent := bench.agent_box(run):
        networks.detach(bench.engine, network_name(run), agent.id)
    networks.remove(bench.engine, network_name(run))
