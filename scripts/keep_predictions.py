"""Keep what an agent uploaded: submissions whole, of files for diagnostics a sketch."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording import predictions
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    predictions.keep(Bench(config, "predictions", recent=True), name)


if __name__ == "__main__":
    main()
