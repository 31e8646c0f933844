"""Make this machine ready to run agents: programs, the Docker engine, the images."""

import click

from nab import cli
from nab.actions.boxes import prepare
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--agent", default="", help="The images that this agent needs, in place of the controls'.")
@cli.reports_errors
def main(config: Config, agent: str) -> None:
    ready = prepare.run(config, agent)
    click.echo(f"ready: {', '.join(image.name for image in ready)}")


if __name__ == "__main__":
    main()
