"""Throw an experiment away: its boxes, mounts, records, files and enrolment. Never one on the public record."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.runs import forget
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--run", default="", help="Which run: its name, or a part that no other has.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@cli.reports_errors
def main(config: Config, run: str, *, dry_run: bool) -> None:
    forget.forget(Bench(config, "forget"), run, dry_run=dry_run)


if __name__ == "__main__":
    main()
