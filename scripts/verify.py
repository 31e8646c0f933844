"""Check the event log, line by line, make every derived file again from it, and tell of holes in records of calls."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.log import verify
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option(
    "--accept", default="", help="Go on without what a log lost that now ends at this event; see docs."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, accept: str, *, as_json: bool) -> None:
    bench = Bench(config, "verify")
    if (ends := cli.number(accept, "ACCEPT")) is not None:
        click.echo(verify.accept_loss(bench, ends), err=as_json)
    found = verify.verify(bench)
    click.echo(cli.as_json(found) if as_json else found.words)


if __name__ == "__main__":
    main()
