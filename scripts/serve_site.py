"""Serve the site on this machine and build it again whenever the log has grown, until Ctrl-C."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535), help="Of 127.0.0.1.")
@cli.reports_errors
def main(config: Config, port: int) -> None:
    from nab.actions.site import serving

    cli.leave_on_term()
    serving.serve(Bench(config, "build_site"), port)


if __name__ == "__main__":
    main()
