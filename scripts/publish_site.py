"""Bring what a host serves, a branch or a folder, up to date with the site, if a page changed and the host takes it."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option(
    "--folder", default="", help="Where to; without it publish.remote, or publish.folder, of nab.toml."
)
@cli.reports_errors
def main(config: Config, folder: str) -> None:
    from nab.actions.site import publishing

    click.echo(publishing.publish(Bench(config, "publish_site"), folder))


if __name__ == "__main__":
    main()
