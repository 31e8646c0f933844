"""Look at the submission window once: decide for every enrolled entrant, record it, fire what is due."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.windows import tick
from nab.config import Config
from nab.edges import clock


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    decisions = tick.tick(Bench(config, "watch_window", recent=True))
    click.echo(tick.describe(decisions, clock.now()))


if __name__ == "__main__":
    main()
