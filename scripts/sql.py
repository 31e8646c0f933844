"""Ask the results store in SQL. Its tables and columns are in docs/data.md; nothing can be changed by a question."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.results import asking
from nab.config import Config


@click.command(help=__doc__)
@click.option("--question", default="", help="SELECT run, ending FROM runs")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a row.")
@cli.reading_option
@cli.reports_errors
def main(config: Config, question: str, as_json: bool) -> None:
    cli.show(asking.answer(Bench(config, "sql"), question, as_json=as_json))


if __name__ == "__main__":
    main()
