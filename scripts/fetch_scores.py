"""Keep every daily score that Numerai has published for the enrolled entrants and that is new."""

import click

from nab import cli
from nab.actions import publish, scores
from nab.actions.bench import Bench
from nab.config import Config
from nab.edges import numerai


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    bench = Bench(config, "fetch_scores")
    fresh = scores.fetch(bench, numerai.connect(config))
    publish.publish(bench)
    click.echo(f"{fresh} new values")


if __name__ == "__main__":
    main()
