"""Show the compute ledger: what every entrant had of the machine, the least served first."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.turns import table
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, as_json: bool) -> None:
    found = table.told(Bench(config, "turns"))
    cli.show(cli.as_json(found) if as_json else table.show(found))


if __name__ == "__main__":
    main()
