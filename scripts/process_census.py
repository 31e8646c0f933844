"""Look at the processes of a coding agent's box, who began each and what outlives its session; ends with the box."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording.processes import census
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    census.watch(Bench(config, "process_census", recent=True), name)


if __name__ == "__main__":
    main()
