"""Print what the sessions of a run said and did, from our copies: readable, or an event as JSON a line."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.transcripts import rendering, transcripts
from nab.config import Config


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
@click.option("--json", "as_json", is_flag=True, help="Write events as JSON, a line each.")
@cli.reports_errors
def main(config: Config, run: str, session: str, source: str, *, as_json: bool) -> None:
    items = transcripts.of_run(Bench(config, "transcript"), run, session, home=source == "home")
    rendering.echo(
        rendering.json_lines(items) if as_json else rendering.text_lines(rendering.Whole().all(items))
    )


if __name__ == "__main__":
    main()
