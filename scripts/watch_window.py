"""Look at the submission window once: decide for every enrolled entrant, record it, fire what is due."""

import click

from nab import cli
from nab.actions import watch
from nab.actions.bench import Bench
from nab.config import Config
from nab.edges import clock


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    decisions = watch.tick(Bench(config, "watch_window", recent=True))
    click.echo(watch.describe(decisions, clock.now()))


if __name__ == "__main__":
    main()
