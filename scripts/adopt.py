"""Take over the care of a run whose launcher is gone, and stay with it to its end."""

import click

from nab import cli
from nab.actions.runs import launch
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    click.echo(launch.sentence(launch.adopt(config, name)))


if __name__ == "__main__":
    main()
