"""Show which clients in an agent's box trusted the proxy when its run started."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.boxes import client_check
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.argument("run")
@cli.reports_errors
def main(config: Config, run: str) -> None:
    click.echo(client_check.show(Bench(config, "check_clients"), run))


if __name__ == "__main__":
    main()
