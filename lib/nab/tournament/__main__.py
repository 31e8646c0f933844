"""A local Numerai tournament that an unmodified numerapi can play.

Without a command it serves until SIGTERM or Ctrl-C; `serve --help` has the options of that.
"""

import click

from nab import cli
from nab.tournament.server import commands


@click.group(cls=cli.ServesByDefault, commands=commands.ALL, help=__doc__)
def main() -> None:
    """Choose the command."""


if __name__ == "__main__":
    main(prog_name="numerai-local-tournament")
