"""Run one entrant until its program ends or its time is up, record everything, and enrol it.

The run outlives this program: if it is killed or told to end, the next launch or tick of the watcher adopts the run.
"""

import click

from nab import cli
from nab.actions.runs import forever, launch
from nab.config import Config
from nab.core import levels
from nab.core.text import names
from nab.core.text.names import Choice


@click.command(help=__doc__)
@cli.config_option
@cli.choice_options
@click.option("--wait/--no-wait", default=True, help="Wait for its turn, or end with 75 where a run goes on.")
@click.option("--entrant", default="", help="All three in one word, as nab.toml's entrants: codex-l4-b.")
@click.option("--track", default="", help="replay: on a dataset cut before the sealed eras (docs/replay.md).")
@click.option(
    "--dry-run", is_flag=True, help="Only check that there is such an entrant, and room for its run."
)
@click.option(
    "--forever",
    "keep",
    is_flag=True,
    help="As a service: wait while another process cares for its run, in place of ending with 75. "
    f"Only {levels.either(levels.endless())}.",
)
@cli.reports_errors
def main(  # noqa: PLR0913 - these are its options
    config: Config, choice: Choice, entrant: str, *, track: str, wait: bool, dry_run: bool, keep: bool
) -> None:
    cli.leave_on_term()
    named = names.choice(choice, entrant)
    if dry_run:
        click.echo(f"{launch.checked(config, named, track).name} can be launched")
        return
    run = forever.keep(config, named) if keep else launch.launch(config, named, wait=wait, track=track)
    click.echo(launch.sentence(run))


if __name__ == "__main__":
    main()
