"""Write figures for Prometheus: state/metrics.prom, and the same into metrics.folder of nab.toml."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.health import monitoring
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    for path in monitoring.write(Bench(config, "metrics")):
        click.echo(path)


if __name__ == "__main__":
    main()
