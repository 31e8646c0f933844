"""Show what holds the slot, who waits for it, and whether anybody lives who cares for it."""

import sys

from nab.doors import lock as light

if __name__ == "__main__" and light.is_shown(sys.argv[1:]):
    sys.exit()

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.turns import slot as slots
from nab.config import Config
from nab.core.text import slots as text


@click.command(help=__doc__)
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.slot_option
@cli.reports_errors
def main(config: Config, slot: str | None, *, as_json: bool) -> None:
    found = slots.told(Bench(config, "lock", recent=True), slot)
    cli.show(cli.as_json(found) if as_json else [text.show(found)])


if __name__ == "__main__":
    main()
