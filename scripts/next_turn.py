"""Show whose turn it is and why; nothing is done about it."""

import sys

from nab.doors import next_turn as light

if __name__ == "__main__" and light.is_shown(sys.argv[1:]):
    sys.exit()

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.turns import scheduler, table
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.slot_option
@cli.reports_errors
def main(config: Config, slot: str | None, *, as_json: bool) -> None:
    found = scheduler.next_turn(Bench(config, "next_turn", recent=True), scheduler.slot_name(config, slot))
    cli.show(cli.as_json(table.next_told(found)) if as_json else [table.next_shown(found)])


if __name__ == "__main__":
    main()
