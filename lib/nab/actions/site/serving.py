"""The site on this machine, built again in place whenever the log has grown."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.actions.site import building
from nab.core.errors import USAGE, NabError
from nab.edges import clock
from nab.edges.net import folder_servers
from nab.site.pages import everything

EVERY = 5.0  # seconds between two looks at the log


def headers() -> dict[str, str]:
    """Return the headers that the host sends, as the site's own file says."""
    lines = [line.strip() for line in everything.HEADERS.splitlines() if line.startswith("  ")]
    return dict(line.split(": ", 1) for line in lines)


def serve(bench: Bench, port: int) -> None:
    """Serve until Ctrl-C. A build that fails is told, and what was served stays."""
    look(bench)
    try:
        server = folder_servers.serving(bench.paths.site, port, headers())
    except OSError as error:
        raise NabError(f"port {port}: {error.strerror}", hint="PORT= another one", exit_code=USAGE) from None
    click.echo(f"http://127.0.0.1:{server.server_address[1]}/ until Ctrl-C")
    place = bench.log.read().place
    while True:
        clock.pause(EVERY)
        if (now := bench.log.read().place) != place:
            look(bench)
            place = bench.log.read().place or now


def look(bench: Bench) -> None:
    """Build once."""
    try:
        click.echo(building.build(bench))
    except NabError as error:
        click.echo(f"nab: {error.message}", err=True)
