"""Ask Numerai which submissions it lists, for every enrolled entrant and all rounds, and keep what is new."""

import click

from nab import cli
from nab.actions import publish, reconcile
from nab.actions.bench import Bench
from nab.config import Config
from nab.edges import numerai


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    bench = Bench(config, "reconcile")
    answered, asked = reconcile.look_at_all(bench, numerai.connect(config))
    publish.publish(bench)
    click.echo(f"Numerai answered for {answered} of {asked} entrants")


if __name__ == "__main__":
    main()
