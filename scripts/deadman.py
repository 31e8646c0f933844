"""Look whether the bench is well, from outside the watcher, and tell a person once of everything that is not."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.health import alarms
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--dry-run", is_flag=True, help="Print every alarm that holds now, and tell nobody.")
@click.option("--trial", is_flag=True, help="Send a message that says it is a trial.")
@click.option("--json", "as_json", is_flag=True, help="Print what holds now as JSON, and tell nobody.")
@cli.reports_errors
def main(config: Config, *, dry_run: bool, trial: bool, as_json: bool) -> None:
    bench = Bench(config, "deadman", recent=True)
    if trial:
        click.echo(alarms.try_out(bench))
    elif as_json:
        click.echo(cli.as_json(alarms.now(bench)))
    elif dry_run:
        click.echo("\n".join(map(alarms.in_a_line, alarms.now(bench))) or "all is well")
    elif not alarms.look(bench):
        click.echo("nothing new")
    if not trial:
        bench.log.read()  # one that cannot be read was told; it is a failure, too


if __name__ == "__main__":
    main()
