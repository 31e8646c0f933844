"""Answer a question about what agents did: one line, then how sure, then why, with ids that lead to the bytes."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--question", default="", help="proxy, research, plateau, ...; a wrong one names them all.")
@click.option("--entrant", default="", help="Whom it is about: codex-l4; without it everybody.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all of the evidence.")
@cli.reports_errors
def main(config: Config, question: str, entrant: str, *, as_json: bool) -> None:
    from nab.actions.questions import asking

    found = asking.answers(Bench(config, "question"), question, entrant)
    click.echo(cli.as_json(found) if as_json else asking.show(question, found))


if __name__ == "__main__":
    main()
