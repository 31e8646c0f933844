"""Run a local Numerai tournament that an unmodified numerapi can play, until SIGTERM or Ctrl-C."""

from __future__ import annotations

from typing import Any

import click

from nab import cli
from nab.config import Config


@click.command(help=__doc__, context_settings={"show_default": True})
@cli.config_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="TCP port; tournament.local_port of nab.toml without it."
)
@click.option("--preset", type=click.Choice(["fast", "live"]), default="fast", help="The calendar.")
@click.option("--rounds-every", type=float, default=40.0, help="Seconds from open to open.")
@click.option("--window", type=float, default=34.0, help="Seconds that uploads are on time.")
@click.option("--scoring-day", type=float, default=1.5, help="Seconds that a scoring day takes.")
@click.option("--first-score-lag", type=int, default=4, help="Scoring days before the first score.")
@click.option("--size", type=click.Choice(["tiny", "demo"]), default="demo", help="Of the dataset.")
@click.option("--seed", type=click.IntRange(min=0), default=1, help="Same seed, same market.")
@click.option(
    "--model", "models", multiple=True, help="A model of the account; those of the entrants without it."
)
@cli.reports_errors
def main(
    config: Config, port: int | None, size: str, seed: int, models: tuple[str, ...], **pace: Any
) -> None:
    # Imported here: pandas takes a second, which --help need not wait for.
    from nab.tournament.pace import Pace
    from nab.tournament.server import Options, WallClock, serve

    settings = config.settings
    options = Options(
        root=config.paths.tournament,
        port=settings.tournament.local_port if port is None else port,
        pace=Pace(**pace),
        size=size,
        seed=seed,
        models=models or tuple(dict.fromkeys(entrant.model for entrant in settings.entrants)),
    )
    serve(options, WallClock(), click.echo)


if __name__ == "__main__":
    main()
