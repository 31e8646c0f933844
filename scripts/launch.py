"""Run one entrant until its program ends or its time is up, record everything, and enrol it.

The run outlives this program: if it is killed, the next launch or tick of the watcher adopts the run.
"""

import click

from nab import cli
from nab.actions import launch
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--agent", default="", help="A folder of images/agents: baseline.")
@click.option("--level", default="", help="L1, L2, L3 or L4.")
@click.option(
    "--dry-run", is_flag=True, help="Only check that there is such an entrant, and room for its run."
)
@cli.reports_errors
def main(config: Config, agent: str, level: str, dry_run: bool) -> None:
    if dry_run:
        click.echo(f"{launch.checked(config, agent, level).name} can be launched")
        return
    run = launch.launch(config, agent, level)
    click.echo(launch.sentence(run))


if __name__ == "__main__":
    main()
