"""Write down what the Docker engine tells of a run's box (kill, stop, oom, die), as it happens; ends with the box."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording import engine_events
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    engine_events.watch(Bench(config, "engine_follower", recent=True), name)


if __name__ == "__main__":
    main()
