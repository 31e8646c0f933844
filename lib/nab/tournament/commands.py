"""The commands of scripts/tournament.py beside serving. They ask a running tournament, or its folder."""

from __future__ import annotations

from pathlib import Path

import click

from nab import cli
from nab.config import Config
from nab.tournament import remote


@click.command()
def operations() -> None:
    """List the GraphQL operations that are served."""
    from nab.tournament import operations as served

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
@click.option("--seconds", type=click.FloatRange(min=0), help="How far; without it to the next event.")
@cli.reports_errors
def advance(config: Config, seconds: float | None) -> None:
    """Move the running tournament's clock forward."""
    click.echo(remote.advance(config.paths.tournament, seconds))


@click.group()
def fault() -> None:
    """Let things go wrong in the running tournament."""


@fault.command("list")
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
    from nab.tournament import bundle

    bundle.export(config.paths.tournament, file)
    click.echo(f"written: {file}")


@click.command("import")
@cli.config_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@cli.reports_errors
def import_tournament(config: Config, file: Path) -> None:
    """Unpack an exported tournament; it goes on, at the next start, at the instant of the export."""
    from nab.tournament import bundle

    bundle.bring(file, config.paths.tournament)
    click.echo(f"ready: {config.paths.tournament}")


ALL = (operations, status, advance, fault, export_tournament, import_tournament)
