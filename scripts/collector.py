"""Copy what the sessions of a run print and write down, as it grows; ends with the box."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording.sessions import collector
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    collector.watch(Bench(config, "collector", recent=True), name)


if __name__ == "__main__":
    main()
