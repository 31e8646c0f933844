"""Keep what is new of scores, ranks and payouts of our models, and of what agents had diagnosed."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.scores import diagnostics, scores
from nab.config import Config
from nab.edges.numerai import api


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    bench = Bench(config, "fetch_scores")
    connection = api.connect(config)
    diagnosed = diagnostics.fetch(bench, connection)
    fresh = scores.fetch(bench, connection)
    derived.publish(bench)
    click.echo(f"{fresh} new values" + (f", {diagnosed} diagnostics" if diagnosed else ""))


if __name__ == "__main__":
    main()
