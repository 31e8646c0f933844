"""Sample CPU, memory, processes, disk, network and GPU of a run's box, a JSON line each time; ends with the box."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording import resource_monitor
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@click.option("--once", is_flag=True, help="Print one sample and record nothing.")
@cli.reports_errors
def main(config: Config, name: str, *, once: bool) -> None:
    bench = Bench(config, "resource_monitor", recent=True)
    if once:
        click.echo(resource_monitor.once(bench, name))
    else:
        resource_monitor.monitor(bench, name)


if __name__ == "__main__":
    main()
