"""Write the results store for others: Parquet, one SQLite file and what every column means.

Left out is what may not be published: pages' texts, predictions, what agents said and wrote (docs/results.md).
"""

from pathlib import Path

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.results import export
from nab.config import Config
from nab.core.errors import NabError


@click.command(help=__doc__)
@click.option("--folder", default="", help="Where to; a folder that is empty or not there yet.")
@cli.reading_option
@cli.reports_errors
def main(config: Config, folder: str) -> None:
    if not folder:
        raise NabError("no folder given", hint="make export DIR=/mnt/disk/results")
    click.echo(export.export(Bench(config, "export"), Path(folder).absolute()))


if __name__ == "__main__":
    main()
