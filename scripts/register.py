"""Register a season of claims for every enrolled run that is in none, before the first of its scores."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.claims import registering
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--season", default="", help="The season's first round; the next one where none is given.")
@cli.reports_errors
def main(config: Config, season: str) -> None:
    written = registering.by_hand(Bench(config, "register"), cli.number(season, "SEASON"))
    click.echo("\n".join(map(registering.words, written)))


if __name__ == "__main__":
    main()
