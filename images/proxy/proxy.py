"""The proxy sidecar's program: all that an agent's network leads to."""

from __future__ import annotations

import unused

unused.skip()

import asyncio
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

from addons import selftest
from addons.answers import Answers
from addons.call_writer import Ends
from addons.gate import Gate
from addons.keys import Keys
from addons.recorder import Recorder
from addons.streams import REFUSALS, Streams, serve_refusals
from kept.page_store import PageStore
from kept.spool import Spool
from keys import broker, leaks
from mitmproxy import version
from network import read_size, relay, routes
from network.blocked_addresses import CarefulLoop
from orders import Orders, parse
from passage.faults import Faults
from providers import known
from record import categories, journal, line_format, redact
from record.call_log import Notes
from record.journal import Journal
from record.kept_files import KeptFiles
from record.upkeep import Upkeep

from models import usage

if TYPE_CHECKING:
    from mitmproxy.master import Master

PORT = 3128
CALLS, BODIES = "/record/http.jsonl", "/record/bodies.jsonl"
PAGES, UPLOADS = "/record/pages", "/record/uploads"
SETTINGS = {
    "confdir": "/trust",
    "connection_strategy": "lazy",  # nothing is dialled before the request is known
    "upstream_cert": False,
    "http2": False,  # a streamed HTTP/2 body of unknown length loses its end towards an HTTP/1.1 server
    "rawtcp": False,  # a tunnel to anything but TLS or HTTP would pass unseen
    "termlog_verbosity": "error",
    "ssl_verify_upstream_trusted_ca": "/etc/ssl/certs/ca-certificates.crt",
}


def addons(orders: Orders, recorder: Recorder, ends: Ends) -> list[object]:
    """Return what a call passes, in this order; the first refusal stands. `checks.CHECKS` has all their names."""
    from addons.policy import Policy  # with graphql: see `unused`

    keys = broker.load(orders)
    return [
        recorder,
        Gate(),
        Policy(orders),
        Answers(secrets(orders), keys.told_hosts),
        Keys(keys),
        routes.Routes(routes.ways(orders), routes.servers(orders)),
        selftest.SelfTest(),
        ends,
        Streams(),
    ]


def secrets(orders: Orders) -> tuple[bytes, ...]:
    """Return every text that no agent may have, as it stands in bodies."""
    return tuple(secret.encode() for secret in broker.secrets(orders))


def make_master(orders: Orders, recorder: Recorder) -> Master:
    """Put together only those parts of mitmproxy that we need."""
    from addons import names  # with mitmproxy's own: see `unused`
    from mitmproxy.addons import core, errorcheck, proxyserver, termlog, tlsconfig
    from mitmproxy.master import Master
    from mitmproxy.options import Options
    from passage import connections, frames, heads, hooks

    ends = Ends(recorder)
    faults = Faults(recorder.notes, connections.cut)
    connections.install(faults)
    hide = partial(leaks.masked, needles=secrets(orders))
    heads.install(REFUSALS, recorder.unread, hide)
    frames.install(hide)
    master = Master(Options())
    master.addons = hooks.Hooks(master, faults)
    master.addons.add(
        core.Core(),
        termlog.TermLog(),
        proxyserver.Proxyserver(),
        names.Layers(),
        names.Resolver(orders.address, ends.lookup_refused),
        tlsconfig.TlsConfig(),
        errorcheck.ErrorCheck(repeat_errors_on_stderr=True),
        *addons(orders, recorder, ends),
        Ready(),
    )
    master.options.update(**SETTINGS, mode=modes(orders.address))
    return master


def modes(address: str) -> list[str]:
    """Return what is listened on, all on the agent's network alone."""
    return [
        f"regular@{address}:{PORT}",
        f"named@{address}:443",
        f"named@{address}:80",
        f"dns@{address}:53",
    ]


async def main() -> None:
    """Serve until a signal comes."""
    read_size.install()
    told = sys.stdin.readline()
    if not told:
        sys.exit("nab proxy: no orders")
    orders = parse(told)
    know(orders)
    source = line_format.Source(orders.run, orders.session, redact.redactor(broker.secrets(orders)))
    limits = journal.Limits(orders.segment_bytes, orders.segment_period, orders.spare_bytes)
    bodies = None if orders.light else Journal(BODIES, limits)
    notes = Notes(source, Journal(CALLS, limits), bodies, files=kept_files(orders, source))
    upkeep = Upkeep(notes, orders)
    master = make_master(orders, Recorder(notes, light=orders.light))
    upkeep.begin(version.VERSION)
    loop = asyncio.get_running_loop()
    loop.closed = frozenset(orders.closed)
    servers = (host.leads_to for host in routes.servers(orders).values() if host.leads_to)
    relays = (way.relay for way in routes.ways(orders))
    loop.own = frozenset({REFUSALS, selftest.HERE, *relays, *servers})
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, master.shutdown)
    beside = [
        asyncio.create_task(upkeep.keep()),
        await serve_refusals(REFUSALS),
        await selftest.serve(selftest.HERE),
    ]
    beside += [await relay.serve(way.relay, way.socket, way.name) for way in routes.ways(orders)]
    await master.run()
    upkeep.end()


def know(orders: Orders) -> None:
    """Take the installation's own providers for models': on record, and in what their answers say that they cost."""
    usage.know(known(orders.providers))
    categories.know_models(host["name"] for told in orders.providers.values() for host in told["hosts"])


def kept_files(orders: Orders, source: line_format.Source) -> KeptFiles:
    """Return where texts and uploads are kept."""
    pages = None if orders.light else PageStore(PAGES, orders.pages_bytes)
    return KeptFiles(pages, Spool(UPLOADS, orders.upload_bytes, orders.uploads_bytes), source.redact)


class Ready:
    """Says when connections are accepted."""

    def running(self) -> None:
        print("nab proxy ready", flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=CarefulLoop) as runner:
        runner.run(main())
