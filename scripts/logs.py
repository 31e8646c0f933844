"""Print what an entrant's service and its newest run printed last: the journal and the run's own files."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import logs
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--entrant", default="", help="An entrant of nab.toml, or one that has run: codex-l4.")
@click.option(
    "--lines", type=click.IntRange(0, 1_000_000), default=100, show_default=True, help="So many of each."
)
@click.option("--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@cli.reports_errors
def main(config: Config, *, entrant: str, lines: int, follow: bool) -> None:
    logs.show(Bench(config, "logs"), entrant, lines, follow=follow)


if __name__ == "__main__":
    main()
