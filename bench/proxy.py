"""The proxy against direct access and against squid that opens TLS: a large download, and small calls.

All ways take turns, so that whatever else the machine does hits all of them. Run it by `make bench`.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from proxy_stage import Stage, stage, used

from nab.edges.docker import proxy_box

PLAIN, DATA_HOST = "plain.example.com", "numerai-datasets-us-west-2.s3.amazonaws.com"
CALLS = Path(__file__).with_name("small_calls.py").read_text(encoding="utf-8")
DIRECT, OPENED, BY_PROXY, DATA, SQUID = (
    "direct",
    "opened, by name",
    "opened, by proxy variables",
    "from Numerai's data host",
    "squid, TLS opened",
)
MEBI, GIBI = 1 << 20, 1 << 30


@dataclass
class Way:
    """One way to the same server: the box that calls, the proxy it is told of, and whose work is counted."""

    name: str
    box: Any
    host: str
    proxy: str
    worker: Any
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def ways(on: Stage) -> list[Way]:
    """List the ways that this machine has."""
    lab = on.lab
    found = [
        Way(DIRECT, on.direct, PLAIN, "-", None),
        Way(OPENED, lab.box, PLAIN, "-", lab.proxy),
        Way(BY_PROXY, lab.box, PLAIN, f"{lab.address}:{proxy_box.PORT}", lab.proxy),
        Way(DATA, lab.box, DATA_HOST, "-", lab.proxy),
    ]
    if on.squid is not None:
        found.append(Way(SQUID, on.direct, PLAIN, on.squid_address, on.squid))
    return found


def ran(box: Any, *argv: str) -> str:
    code, printed = box.exec_run(list(argv))
    assert code == 0, printed.decode(errors="replace")
    return printed.decode()


def download(way: Way, size: int) -> None:
    """Fetch a file over TLS and drop it."""
    route = ("--noproxy", "*") if way.proxy == "-" else ("-x", f"http://{way.proxy}")
    before = used(way.worker).cpu_seconds if way.worker else 0.0
    printed = ran(
        *(way.box, "curl", "-sSfk", *route, "-o", "/dev/null", "-w", "%{size_download} %{time_total}"),
        f"https://{way.host}/bytes/{size}",
    )
    received, seconds = printed.split()
    assert int(received) == size, printed
    way.rates.append(size / MEBI / float(seconds))
    if way.worker:
        way.cpu.append((used(way.worker).cpu_seconds - before) / size * GIBI)


def show_downloads(found: list[Way], size: int) -> None:
    direct = found[0].rate
    click.echo(f"\n{size / GIBI:.1f} GiB over TLS         MiB/s  of direct  CPU-s/GiB")
    for way in found:
        cpu = f"{statistics.median(way.cpu):10.2f}" if way.cpu else " " * 10
        click.echo(f"{way.name:<28}{way.rate:8.0f}{way.rate / direct:10.2f} {cpu}")


def show_small_calls(found: list[Way], seconds: float, rounds: int) -> None:
    click.echo("\nsmall calls on kept connections  clients   calls/s   p50 ms   p95 ms")
    for clients in (1, 16):
        taken: dict[str, list[dict[str, float]]] = {way.name: [] for way in found}
        for _ in range(rounds):
            for way in found:
                argv = ("python3", "-c", CALLS, way.host, way.proxy, str(clients), str(seconds))
                taken[way.name].append(json.loads(ran(way.box, *argv)))
        for name, runs in taken.items():
            rate, p50, p95 = (statistics.median(one[key] for one in runs) for key in ("rate", "p50", "p95"))
            click.echo(f"{name:<32}{clients:8d}{rate:10.0f}{p50:9.2f}{p95:9.2f}")


def show_counts(on: Stage, size: int) -> None:
    """Compare what the record says of bodies with what was asked for."""
    lines = [line for line in on.lab.lines(1, host=DATA_HOST, phase="done") if line["response_bytes"] > 0]
    whole = sum(line["response_bytes"] == size for line in lines)
    opened = {line["response_bytes"] for line in on.lab.written() if line["host"] == PLAIN}
    click.echo(f"\nthe record has the {size:,} bytes of {whole} of {len(lines)} files from the data host")
    click.echo(f"and says {max(opened):,} bytes of a body of {size:,} from elsewhere")


def show_targets(found: list[Way], on: Stage) -> None:
    rates = {way.name: way.rate / found[0].rate for way in found}
    peak = used(on.lab.proxy).peak_bytes / MEBI
    opened = min(rates[OPENED], rates[BY_PROXY], rates[DATA])
    rows: list[tuple[str, Callable[[], bool], str]] = [
        ("opened >= 0.25 of direct", lambda: opened >= 0.25, f"{opened:.2f}"),
        ("peak memory < 150 MiB", lambda: peak < 150, f"{peak:.0f} MiB"),
    ]
    if SQUID in rates:
        rows.insert(1, ("opened >= squid", lambda: opened >= rates[SQUID], f"{opened / rates[SQUID]:.2f}"))
    else:
        click.echo(f"squid not here: {on.no_squid}")
    click.echo("")
    for what, holds, figure in rows:
        click.echo(f"{what:<32}{figure:>10}  {'met' if holds() else 'MISSED'}")


@click.command(help=__doc__)
@click.option("--gib", default=2.0, show_default=True, help="How large the download is.")
@click.option("--rounds", default=3, show_default=True, help="How often; medians are shown.")
@click.option("--seconds", default=3.0, show_default=True, help="How long small calls are made each time.")
def main(gib: float, rounds: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="nab") as folder, stage(Path(folder)) as on:
        found, size = ways(on), int(gib * GIBI)
        for _ in range(rounds):
            for way in found:
                download(way, size)
        show_downloads(found, size)
        show_counts(on, size)
        show_small_calls([way for way in found if way.name != DATA], seconds, rounds)
        show_targets(found, on)


if __name__ == "__main__":
    main()
