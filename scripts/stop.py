"""Stop every run, or one: it is ended, collected and recorded; nothing that was recorded is removed."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.runs import stop
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--run", default="", help="The run to stop; without it all that go on.")
@cli.reports_errors
def main(config: Config, run: str) -> None:
    stop.stop(Bench(config, "stop", recent=True), run)


if __name__ == "__main__":
    main()
