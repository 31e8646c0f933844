"""Check what a run relies on; exit code 1 when something failed."""

import sys

import click

from nab import cli
from nab.actions.health.doctor import doctor
from nab.config import Config
from nab.core.health import checks


@click.command(help=__doc__)
@cli.config_option
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@cli.reports_errors
def main(config: Config, as_json: bool) -> None:
    found = doctor.look(config)
    click.echo(doctor.as_json(found) if as_json else doctor.as_table(found))
    sys.exit(0 if checks.is_fit(found) else 1)


if __name__ == "__main__":
    main()
