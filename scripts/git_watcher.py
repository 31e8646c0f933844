"""Commit the workspace of a run, as it changes, to a history that the agent cannot reach; ends with the box."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording.workspace import git_watcher
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--run", "name", required=True, help="The run, as make status names it.")
@cli.reports_errors
def main(config: Config, name: str) -> None:
    git_watcher.watch(Bench(config, "git_watcher", recent=True), name)


if __name__ == "__main__":
    main()
