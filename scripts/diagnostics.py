"""Show what agents had Numerai score of their validation predictions, and which submission followed each."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import diagnostics
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--whole", default="", help="Print Numerai's whole answer on one, by its id, with every era.")
@cli.reports_errors
def main(config: Config, *, as_json: bool, whole: str) -> None:
    bench = Bench(config, "diagnostics")
    if whole:
        click.echo(diagnostics.whole(bench, whole))
        return
    found = diagnostics.told(bench)
    cli.show(cli.as_json(diagnostics.as_values(found)) if as_json else diagnostics.show(found))


if __name__ == "__main__":
    main()
