"""List the files that the agent of a run wrote, as of its end or of an earlier time."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import written_files
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--at", default="", help="As of then: 2026-05-16 15:02, or a commit; the newest without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, run: str, at: str, *, as_json: bool) -> None:
    found = written_files.told(Bench(config, "files"), run, at)
    cli.show(cli.as_json(found) if as_json else written_files.show(found))


if __name__ == "__main__":
    main()
