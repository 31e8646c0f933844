"""Print what the sessions of a run said and did, from our copies: readable, or an event as JSON a line."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.transcripts import rendering, transcripts
from nab.actions.transcripts.rendering import Whole
from nab.config import Config

MOST_OF_A_MESSAGE = 1 << 26  # its parts are put together in memory


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--session", default="", help="Only this session: work-1.")
@click.option(
    "--source",
    type=click.Choice(["stdout", "home"]),
    default="stdout",
    show_default=True,
    help="What the programs printed, or the transcripts that they keep in their home.",
)
@click.option("--full", is_flag=True, help="Leave nothing out, and keep the lines of what was written.")
@click.option("--json", "as_json", is_flag=True, help="Write events as JSON, a line each.")
@cli.reports_errors
def main(  # noqa: PLR0913 - these are its options
    config: Config, run: str, session: str, source: str, *, full: bool, as_json: bool
) -> None:
    items = transcripts.of_run(Bench(config, "transcript"), run, session, home=source == "home")
    if as_json:
        rendering.echo(rendering.json_lines(items))
        return
    whole = Whole(MOST_OF_A_MESSAGE) if full else Whole()
    rendering.echo(rendering.text_lines(whole.all(items), full=full))


if __name__ == "__main__":
    main()
