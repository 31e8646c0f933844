"""Show one round: its times, and for every entrant the outcome, whose doing it is, and why."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import explanations
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--round", "number", default="", help="Which round; the newest where none is given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, number: str, *, as_json: bool) -> None:
    found = explanations.of_round(Bench(config, "round"), cli.number(number, "ROUND"))
    cli.show(cli.as_json(found) if as_json else explanations.show_round(found))


if __name__ == "__main__":
    main()
