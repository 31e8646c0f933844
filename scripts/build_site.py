"""Write the pages of the site from the event log."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import results
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.reports_errors
def main(config: Config) -> None:
    click.echo(f"wrote {results.write(Bench(config, 'build_site'))}")


if __name__ == "__main__":
    main()
