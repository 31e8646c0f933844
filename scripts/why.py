"""Show why an entrant's outcome in a round is what it is: the chain of evidence, in plain words."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import explanations
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--round", "number", default="", help="Which round; the newest where none is given.")
@click.option("--entrant", default="", help="Whose outcome, as make status names it: codex-l4.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, number: str, entrant: str, *, as_json: bool) -> None:
    found = explanations.of_entrant(Bench(config, "why"), cli.number(number, "ROUND"), entrant)
    cli.show(cli.as_json(found) if as_json else explanations.show_entrant(found))


if __name__ == "__main__":
    main()
