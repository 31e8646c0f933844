"""A local Numerai tournament that an unmodified numerapi can play.

Without a command it serves until SIGTERM or Ctrl-C; `serve --help` has the options of that.
"""

from __future__ import annotations

from typing import Any

import click

from nab import cli
from nab.config import Config
from nab.tournament import commands


class ServesByDefault(click.Group):
    """Options without a command are those of `serve`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["serve", *args])


@click.group(cls=ServesByDefault, help=__doc__)
def main() -> None:
    """Choose the command."""


@main.command(context_settings={"show_default": True})
@cli.config_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="TCP port; tournament.local_port of nab.toml without it."
)
@click.option("--preset", type=click.Choice(["fast", "live"]), default="fast", help="The calendar.")
@click.option("--rounds-every", type=float, default=40.0, help="Seconds from open to open.")
@click.option("--window", type=float, default=34.0, help="Seconds that uploads are on time.")
@click.option("--scoring-day", type=float, default=1.5, help="Seconds that a scoring day takes.")
@click.option("--first-score-lag", type=int, default=4, help="Scoring days before the first score.")
@click.option("--first-round", type=click.IntRange(min=1), default=1401, help="Number of the first round.")
@click.option(
    "--size", type=click.Choice(["tiny", "demo", "full-shape"]), default="demo", help="Of the dataset."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, help="Same seed, same market.")
@click.option(
    "--model", "models", multiple=True, help="A model of the account; those of the entrants without it."
)
@click.option("--scope", "scopes", multiple=True, help="What the token may do; reads and uploads without it.")
@click.option(
    "--rate-limits",
    type=click.Choice(["all", "diagnostics", "none"]),
    help="Which of Numerai's hold; without it all in preset live, diagnostics in fast.",
)
@click.option(
    "--fault", "faults", multiple=True, help="NAME[:key=value,...], switched on at once; `fault list`."
)
@cli.reports_errors
def serve(config: Config, **chosen: Any) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # Imported here: pandas takes a second, which --help need not wait for.
    from nab.tournament import start

    start.serve(config, chosen, click.echo)


for command in commands.ALL:
    main.add_command(command)


if __name__ == "__main__":
    main()
