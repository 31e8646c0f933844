"""Keep a copy of the state at a git remote, without secrets and licensed data: one tick, then it ends."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.upkeep.sync import report
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option(
    "--dry-run", is_flag=True, help="Say what would be taken up and what stays; write and push nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, *, dry_run: bool, as_json: bool) -> None:
    report.run(Bench(config, "sync"), dry_run=dry_run, as_json=as_json)


if __name__ == "__main__":
    main()
