"""Print exactly what an agent will be asked at a level."""

import click
import msgspec

from nab import cli
from nab.actions.prompts import task
from nab.config import Config
from nab.core.text.names import Choice


@click.command(help=__doc__)
@cli.config_option
@cli.choice_options
@click.option("--json", "as_json", is_flag=True, help="The text with its version and its sha256, as JSON.")
@cli.reports_errors
def main(config: Config, choice: Choice, as_json: bool) -> None:
    asked = task.prompt(config, choice)
    click.echo(msgspec.json.encode(asked).decode() if as_json else asked.text)


if __name__ == "__main__":
    main()
