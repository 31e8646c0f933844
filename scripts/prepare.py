"""Make this machine ready to run agents: programs, the Docker engine, the images."""

import click

from nab import cli
from nab.actions import prepare
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--agent", default=None, help="Only the images that this agent needs.")
@cli.reports_errors
def main(config: Config, agent: str | None) -> None:
    ready = prepare.run(config, agent=agent)
    click.echo(f"ready: {', '.join(image.name for image in ready)}")


if __name__ == "__main__":
    main()
