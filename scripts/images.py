"""Build the container images whose recipe changed."""

import click

from nab import cli
from nab.actions.boxes import images
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--agent", default="", help="Only what this agent needs, as named under images/agents.")
@click.option("--all", "every", is_flag=True, help="For every agent, not only for the entrants of nab.toml.")
@click.option(
    "--base",
    is_flag=True,
    help="Only what all of them start from: pulled, or made of this machine's packages.",
)
@click.option(
    "--ahead", is_flag=True, help="For a release that is not current yet: boxes get the images of now."
)
@cli.reports_errors
def main(config: Config, agent: str, *, every: bool, base: bool, ahead: bool) -> None:
    if base:
        click.echo(images.start(config))
        return
    for image in images.ensure(config, images.chosen(config, agent, every=every), ahead=ahead):
        click.echo(f"{image.name:24} {image.id[7:19]}  {'built' if image.built else 'unchanged'}")


if __name__ == "__main__":
    main()
