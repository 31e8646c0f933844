"""Look whether this release works with this machine's state, engine and images; exit code 1 where it does not."""

import sys

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.health import release_health
from nab.actions.health.doctor import doctor
from nab.config import Config
from nab.core.health import checks


@click.command(help=__doc__)
@cli.config_option
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@cli.reports_errors
def main(config: Config, as_json: bool) -> None:
    found = release_health.look(Bench(config, "health"))
    click.echo(doctor.as_json(found) if as_json else doctor.as_table(found))
    sys.exit(0 if checks.is_fit(found) else 1)


if __name__ == "__main__":
    main()
