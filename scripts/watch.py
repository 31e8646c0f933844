"""Show the newest run of an entrant and follow it to its end: what its agent says, calls and gets back."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.transcripts import chosen_runs, live_view
from nab.actions.transcripts.live_view import Way
from nab.config import Config
from nab.core.text.names import Choice


@click.command(help=__doc__)
@cli.reading_option
@cli.choice_options
@click.option(
    "--run", "name", default="", help="This run, or a part of its name, in place of the entrant's newest."
)
@click.option(
    "--lines",
    type=click.IntRange(0, 1_000_000_000),
    default=None,
    help="Begin with so many lines of what was before; 40, or all with --no-follow.",
)
@click.option("--no-follow", is_flag=True, help="Show what there is, and end.")
@click.option("--json", "as_json", is_flag=True, help="Write events as JSON, a line each.")
@cli.reports_errors
def main(  # noqa: PLR0913 - these are its options
    config: Config, choice: Choice, name: str, *, lines: int | None, no_follow: bool, as_json: bool
) -> None:
    bench = Bench(config, "watch")
    run = chosen_runs.chosen(bench, choice, name)
    try:
        live_view.watch(bench, run, Way(lines=lines, follow=not no_follow, json=as_json))
    except KeyboardInterrupt:
        click.echo(f"\n{run.name} goes on without you", err=True)


if __name__ == "__main__":
    main()
