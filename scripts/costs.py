"""Show what a run used: tokens of each model, dollars, and how its time was spent."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.usage import costs
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--entrant", default="", help="All runs of an entrant, together: codex-l3.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, run: str, entrant: str, as_json: bool) -> None:
    found = costs.costs(Bench(config, "costs"), run, entrant)
    cli.show(cli.as_json(found.told) if as_json else costs.show(found))


if __name__ == "__main__":
    main()
