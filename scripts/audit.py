"""Label what a detector finds, one key a verdict; without a detector, say how good each of them is."""

import getpass

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


def pressed(text: str) -> str:
    """Show a case and wait for a key."""
    click.echo(text)
    return click.getchar().lower()


@click.command(help=__doc__)
@cli.config_option
@click.option("--detector", default="", help="knowledge, metrics, signatures or silence.")
@click.option("--entrant", default="", help="Whose newest run: codex-l4; without it everybody's.")
@cli.reports_errors
def main(config: Config, detector: str, entrant: str) -> None:
    from nab.actions.questions import asking, auditing

    bench = Bench(config, "audit")
    if detector:
        runs = (one.run for one in asking.studied(bench, entrant))
        given = auditing.ask(bench, detector, runs, pressed, getpass.getuser())
        click.echo(f"{given} verdicts are in results/audit/{detector}.jsonl")
    click.echo(auditing.told(config.repository))


if __name__ == "__main__":
    main()
