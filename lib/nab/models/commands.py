"""The commands of scripts/models.py."""

from __future__ import annotations

import click

from nab import cli
from nab.config import Config


@click.command(context_settings={"show_default": True})
@cli.config_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="TCP port of this machine; without it the unix socket only."
)
@click.option("--scenario", default="submit", help="NAME[:key=value,...] for prompts that name none.")
@click.option(
    "--key", "keys", multiple=True, help="PROVIDER=VALUE: the only key taken; without it every key is."
)
@cli.reports_errors
def serve(config: Config, port: int | None, scenario: str, keys: tuple[str, ...]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    from nab.models import server

    options = server.Options(config.paths.root / "models", port, scenario, server.keys(keys))
    server.serve(options, click.echo)


@click.command("scenarios")
@cli.reports_errors
def list_scenarios() -> None:
    """List the scenarios, with the usual values of their options."""
    from nab.models.scenarios import SCENARIOS

    for name, scenario in SCENARIOS.items():
        usual = ",".join(f"{key}={value}" for key, value in scenario.usual.items())
        click.echo(f"{name + (':' + usual if usual else ''):52} {scenario.what}")


ALL = (serve, list_scenarios)
