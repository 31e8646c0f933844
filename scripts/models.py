"""Scripted models that speak the protocols of Anthropic, OpenAI and Gemini, for the real agents without a vendor."""

import click

from nab.models import commands


@click.group(commands=commands.ALL, help=__doc__)
def main() -> None:
    """Choose the command."""


if __name__ == "__main__":
    main()
