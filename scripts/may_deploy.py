"""Say whether the release may be changed now; exit code 75 while a submission is due or is being made."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.releases import moment
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    moment.refuse_a_window(Bench(config, "may-deploy"))
    click.echo("nothing is due")


if __name__ == "__main__":
    main()
