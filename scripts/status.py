"""Show what runs, who is enrolled, how the last rounds went, and when the window was looked at last."""

import sys

from nab.doors import status as light

if __name__ == "__main__" and light.is_shown(sys.argv[1:]):
    sys.exit()

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import status
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of that, and nothing else.")
@click.option(
    "--watch", "watches", is_flag=True, help="Show it on a terminal, anew every two seconds, until Ctrl-C."
)
@cli.reports_errors
def main(config: Config, *, as_json: bool, schema: bool, watches: bool) -> None:
    if schema:
        from nab.actions.reports import schemas

        click.echo(cli.as_json(schemas.of_status()))
        return
    if watches:
        status.watch(config)
        return
    found = status.status(Bench(config, "status"))
    cli.show(cli.as_json(found) if as_json else status.show(found))


if __name__ == "__main__":
    main()
