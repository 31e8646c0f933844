"""Look whether all is well, and keep that in state/health.json; exit code 1 where this release does not work here."""

import sys

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.health import health_file
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--json", "as_json", is_flag=True, help="Print what the file says.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of that, and nothing else.")
@click.option("--strict", is_flag=True, help="Exit code 1 where an alarm holds, too.")
@cli.reports_errors
def main(config: Config, *, as_json: bool, schema: bool, strict: bool) -> None:
    if schema:
        from nab.actions.reports import schemas

        click.echo(cli.as_json(schemas.of_health()))
        return
    found = health_file.look(Bench(config, "health"))
    click.echo(cli.as_json(found) if as_json else health_file.show(found))
    sys.exit(0 if (found.well if strict else found.healthy) else 1)


if __name__ == "__main__":
    main()
