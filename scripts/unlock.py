"""Free the slot of a box that has ended, once you have named its container. What lives is refused."""

import json

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.turns import slot as slots
from nab.config import Config
from nab.core.text import slots as text


@click.command(help=__doc__)
@cli.reading_option
@click.option(
    "--container", default="", help="The id of the container that holds the slot; asked for without this."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs; needs --container.")
@cli.slot_option
@cli.reports_errors
def main(config: Config, container: str, slot: str | None, *, as_json: bool) -> None:
    bench = Bench(config, "unlock", recent=True)
    if not as_json:
        found = slots.told(bench, slot)
        cli.show([text.show(found)])
        if found["held"] and not container:
            container = click.prompt("container id of what you want to free")
    done = slots.unlock(bench, container, slot)
    click.echo(json.dumps({"unlocked": done}) if as_json else done)


if __name__ == "__main__":
    main()
