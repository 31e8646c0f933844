"""The commands of scripts/tournament.py: one serves, the others ask a running tournament or its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nab import cli
from nab.config import Config
from nab.tournament.server import remote

LASTS = cli.Amount(min=0, min_open=True, max=1e8)  # seconds


@click.command(context_settings={"show_default": True})
@cli.config_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="TCP port; tournament.local_port of nab.toml without it."
)
@click.option("--preset", type=click.Choice(["fast", "live"]), default="fast", help="The calendar.")
@click.option("--rounds-every", type=LASTS, default=40.0, help="Seconds from open to open.")
@click.option("--window", type=LASTS, default=34.0, help="Seconds that uploads are on time.")
@click.option("--scoring-day", type=LASTS, default=1.5, help="Seconds that a scoring day takes.")
@click.option(
    "--first-score-lag", type=click.IntRange(0, 1000), default=4, help="Scoring days before the first score."
)
@click.option(
    "--first-round", type=click.IntRange(1, 999_999), default=1401, help="Number of the first round."
)
@click.option(
    "--size", type=click.Choice(["tiny", "demo", "full-shape"]), default="demo", help="Of the dataset."
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, help="Same seed, same market.")
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
    from nab.tournament.server import start

    start.serve(config, chosen, click.echo)


@click.command()
@cli.reports_errors
def operations() -> None:
    """List the GraphQL operations that are served."""
    from nab.tournament.answers import operations as served

    for operation in served.table():
        click.echo(operation)
    click.echo(served.summary())


@click.command()
@cli.config_option
@cli.reports_errors
def status(config: Config) -> None:
    """Say what the running tournament is at."""
    for line in remote.status(config.paths.tournament):
        click.echo(line)


@click.command()
@cli.config_option
@click.option("--seconds", type=cli.Amount(min=0, max=1e9), help="How far; without it to the next event.")
@cli.reports_errors
def advance(config: Config, seconds: float | None) -> None:
    """Move the running tournament's clock forward."""
    click.echo(remote.advance(config.paths.tournament, seconds))


@click.command("bring-forward")
@cli.config_option
@cli.reports_errors
def bring_forward(config: Config) -> None:
    """Have the next close, or the next opening, come now, and all that lies ahead of it earlier by as much."""
    click.echo(remote.bring_forward(config.paths.tournament))


@click.group()
def fault() -> None:
    """Let things go wrong in the running tournament."""


@fault.command("list")
@cli.reports_errors
def list_faults() -> None:
    """List the faults that there are."""
    for line in remote.fault_kinds():
        click.echo(line)


@fault.command("add")
@cli.config_option
@click.argument("described", metavar="NAME[:key=value,...]")
@cli.reports_errors
def add_fault(config: Config, described: str) -> None:
    """Switch a fault on."""
    found = remote.ask(config.paths.tournament, "POST", "faults", {"fault": described})
    click.echo(f"on: {found['active']}")


@fault.command("clear")
@cli.config_option
@click.argument("name", required=False)
@cli.reports_errors
def clear_faults(config: Config, name: str | None) -> None:
    """Switch a fault off, or all of them."""
    found = remote.ask(config.paths.tournament, "DELETE", f"faults/{name}" if name else "faults")
    click.echo(f"off: {', '.join(found['cleared']) or 'nothing was on'}")


@click.command("export")
@cli.config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@cli.reports_errors
def export_tournament(config: Config, file: Path) -> None:
    """Write a tournament, its uploads and its key into one file."""
    from nab.tournament.play import bundle

    bundle.export(config.paths.tournament, file)
    click.echo(f"written: {file}")


@click.command("import")
@cli.config_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@cli.reports_errors
def import_tournament(config: Config, file: Path) -> None:
    """Unpack an exported tournament; it goes on, at the next start, at the instant of the export."""
    from nab.tournament.play import bundle

    bundle.bring(file, config.paths.tournament)
    click.echo(f"ready: {config.paths.tournament}")


ALL = (serve, operations, status, advance, bring_forward, fault, export_tournament, import_tournament)
