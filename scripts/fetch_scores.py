"""Keep what is new of our models' scores, ranks and payouts, of diagnoses and reference models; look at claims."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.claims import looking
from nab.actions.log import derived
from nab.actions.scores import diagnostics, references, scores
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
    beside = references.fetch(bench, connection)
    derived.publish(bench)
    looked = looking.look(bench)
    more = f", {diagnosed} diagnostics" * bool(diagnosed) + f", {beside} of reference models" * bool(beside)
    more += f", {looked} versions of claims" * bool(looked)
    click.echo(f"{fresh} new values{more}")


if __name__ == "__main__":
    main()
