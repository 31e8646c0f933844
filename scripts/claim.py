"""Explain one claim in plain words: what it says, how sure that is, and by when more could be known."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.claims import answers
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--id", "claim", default="", help="A claim, as make claims lists them: l3-1402.1")
@click.option("--as-of", default="", help="An event: what could be said on that day.")
@cli.reports_errors
def main(config: Config, claim: str, as_of: str) -> None:
    upto = cli.number(as_of, "AS_OF")
    bench = Bench(config, "claim", sifts=upto is None, by_kept=True)
    click.echo(answers.explain(bench, claim, upto))


if __name__ == "__main__":
    main()
