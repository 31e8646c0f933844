"""Fire one entrant's submit.sh now, in its own box, for the round that is open."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.windows import submit
from nab.config import Config
from nab.edges.numerai import api


@click.command(help=__doc__)
@cli.config_option
@click.option("--entrant", required=True, help="Who submits, as make status names it: codex-l3.")
@cli.reports_errors
def main(config: Config, entrant: str) -> None:
    submit.by_hand(Bench(config, "submit", recent=True), entrant, api.connect(config).current_round())


if __name__ == "__main__":
    main()
