"""Write the pages of the site from the event log."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--as-of", default="", help="An event: the site of that day, into a folder beside.")
@click.option("--check", is_flag=True, help="Try every gate and compare with what is served; write nothing.")
@cli.reports_errors
def main(config: Config, as_of: str, *, check: bool) -> None:
    from nab.actions.site import building

    bench = Bench(config, "build_site")
    upto = cli.number(as_of, "AS_OF")
    click.echo(building.check(bench) if check else building.build(bench, upto))


if __name__ == "__main__":
    main()
