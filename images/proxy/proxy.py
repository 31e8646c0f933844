"""The proxy sidecar's program: an explicit forward proxy on port 3128 that records every call."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

import broker
import record
import redact
import relay
import routes
import wide_reads
from neighbours import CarefulLoop
from recorder import Recorder

if TYPE_CHECKING:
    from mitmproxy.master import Master

PORT = 3128
RECORD = "/record/http.jsonl"
KEY = Path("/run/secrets/numerai.json")
TOURNAMENT_SOCKET = "/run/tournament/api.sock"
SETTINGS = {
    "confdir": "/trust",
    "mode": [f"regular@{PORT}"],
    "connection_strategy": "lazy",  # nothing is dialled before the request is known
    "upstream_cert": False,
    "http2": False,  # a streamed HTTP/2 body of unknown length loses its end towards an HTTP/1.1 server
    "rawtcp": False,  # a tunnel to anything but TLS or HTTP would pass unseen
    "stream_large_bodies": "1m",
    "termlog_verbosity": "error",
    "ssl_verify_upstream_trusted_ca": "/etc/ssl/certs/ca-certificates.crt",
}


def skip_unused_addons() -> None:
    """Keep mitmproxy.addons from importing all thirty of its addons: half of the start-up time."""
    spec = importlib.util.find_spec("mitmproxy")
    package = types.ModuleType("mitmproxy.addons")
    package.__path__ = [str(Path(spec.origin).parent / "addons")]
    sys.modules["mitmproxy.addons"] = package


def make_recorder() -> Recorder:
    """Read what this proxy is for, and open the record."""
    told = os.environ
    key = broker.load(KEY, told["NAB_PLACEHOLDER_ID"], told["NAB_PLACEHOLDER_SECRET"])
    source = record.Source(told["NAB_RUN"], told["NAB_SESSION"], redact.redactor(key.secrets))
    file = os.open(RECORD, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    return Recorder(source, key, told["NAB_NUMERAI"], file)


def make_master(recorder: Recorder) -> Master:
    """Put together only those parts of mitmproxy that a forward proxy needs."""
    from mitmproxy.addons import core, errorcheck, next_layer, proxyserver, termlog, tlsconfig
    from mitmproxy.master import Master
    from mitmproxy.options import Options

    master = Master(Options())
    master.addons.add(
        core.Core(),
        termlog.TermLog(),
        proxyserver.Proxyserver(),
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
        errorcheck.ErrorCheck(repeat_errors_on_stderr=True),
        recorder,
        Ready(),
    )
    master.options.update(**SETTINGS)
    return master


async def main() -> None:
    """Serve until a signal comes."""
    skip_unused_addons()
    wide_reads.install()
    recorder = make_recorder()
    master = make_master(recorder)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, master.shutdown)
    beside = [asyncio.create_task(recorder.keep_synced())]
    if recorder.numerai == "local":
        beside.append(await relay.serve(routes.RELAY, TOURNAMENT_SOCKET))
    await master.run()
    os.fsync(recorder.file)


class Ready:
    """Says when connections are accepted."""

    def running(self) -> None:
        print("nab proxy ready", flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=CarefulLoop) as runner:
        runner.run(main())
