"""Make an HTTP archive (HAR 1.2) of a run's calls, for any browser's developer tools."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.recording.calls import har
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@cli.run_option
@click.option("--stdout", is_flag=True, help="Print it instead of writing calls.har into the run's folder.")
@cli.reports_errors
def main(config: Config, run: str, stdout: bool) -> None:
    bench = Bench(config, "har")
    if not stdout:
        click.echo(har.export(bench, run))
        return
    out = click.get_binary_stream("stdout")
    for piece in har.archive(bench, run):
        out.write(piece)


if __name__ == "__main__":
    main()
