"""Tick again and again, for a local tournament: look at the window, at what is listed and at scores, until Ctrl-C."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.windows import ticks
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--every", type=cli.Amount(min=0.1, max=3600), default=5.0, show_default=True, help="Seconds.")
@cli.reports_errors
def main(config: Config, every: float) -> None:
    try:
        ticks.loop(Bench(config, "ticks"), every)
    except KeyboardInterrupt:
        click.echo("\nno more ticks", err=True)


if __name__ == "__main__":
    main()
