"""Ask Numerai which submissions it lists, for every model of ours and all rounds, and keep what is new."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.windows import numerai_failures, reconcile
from nab.config import Config
from nab.edges.numerai import api


@click.command(help=__doc__)
@cli.config_option
@click.option("--now", is_flag=True, help="Ask for everybody, also for those who are not due yet.")
@cli.reports_errors
def main(config: Config, now: bool) -> None:
    bench = Bench(config, "reconcile", recent=True)
    looked = reconcile.look_at_all(bench, api.connect(config), now=now)
    numerai_failures.look(bench)
    derived.publish(bench)
    click.echo(looked)


if __name__ == "__main__":
    main()
