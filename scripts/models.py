"""Scripted models that speak the protocols of Anthropic, OpenAI and Gemini, for the real agents without a vendor.

Without a command it serves until SIGTERM or Ctrl-C; `serve --help` has the options of that.
"""

import click

from nab import cli
from nab.models import commands


@click.group(cls=cli.ServesByDefault, commands=commands.ALL, help=__doc__)
def main() -> None:
    """Choose the command."""


if __name__ == "__main__":
    main()
