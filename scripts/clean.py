"""Remove what can be made again: boxes and networks of the demo, its state, images and caches; never the records."""

import click

from nab import cli
from nab.actions.upkeep.gc import clean
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    clean.clean(config)


if __name__ == "__main__":
    main()
