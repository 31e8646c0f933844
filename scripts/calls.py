"""Show the web calls of a run: which pages were read, and what was refused. The harness's own are left out."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording.calls.listing import Asked
from nab.actions.reports import calls
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--host", default="", help="Only calls to this host, and to those below it: huggingface.co")
@click.option("--category", default="", help="Only those of a category of docs/capture.md: papers.")
@click.option("--denied", is_flag=True, help="Only those that were refused.")
@click.option("--all", "everything", is_flag=True, help="Also those by which the harness tries its proxy.")
@click.option(
    "--last",
    type=click.IntRange(0, 1_000_000_000),
    default=calls.SOME,
    show_default=True,
    help="So many at most, the newest; 0: all. JSON has all.",
)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a call, for programs.")
@cli.reports_errors
def main(  # noqa: PLR0913 - these are its options
    config: Config,
    run: str,
    host: str,
    category: str,
    *,
    denied: bool,
    everything: bool,
    last: int,
    as_json: bool,
) -> None:
    bench, asked = Bench(config, "calls"), Asked(host, category, denied, everything)
    if not as_json:
        cli.show(calls.show(bench, run, asked, last))
        return
    for line in calls.json_lines(bench, run, asked):
        click.echo(line)


if __name__ == "__main__":
    main()
