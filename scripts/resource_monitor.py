"""Sample CPU, memory, processes, disk and GPU of a run's box, a JSON line each time; ends with the box."""

import click

from nab import cli
from nab.actions import resource_monitor
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    resource_monitor.monitor(Bench(config, "resource_monitor"), name)


if __name__ == "__main__":
    main()
