"""Derive every claim again, list them, and fail where what is on record is something else."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.claims import answers
from nab.actions.recording import seen
from nab.config import Config


@click.command(help=__doc__)
@cli.reading_option
@click.option("--as-of", default="", help="An event: the registry of that day, without a check.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of that, and nothing else.")
@cli.reports_errors
def main(config: Config, as_of: str, *, as_json: bool, schema: bool) -> None:
    from nab.results.claims import explanation

    if schema:
        from nab.actions.reports import schemas

        click.echo(cli.as_json(schemas.of_claims()))
        return
    upto = cli.number(as_of, "AS_OF")
    bench = Bench(config, "claims", sifts=upto is None)
    derived = answers.derive(bench, upto)
    found = answers.registry(bench, derived)
    click.echo(cli.as_json(found) if as_json else explanation.listed(found))
    if not as_json and (standing := seen.standing(bench, derived.upto)):
        click.echo(standing)
    differing = answers.differences(bench, derived) if upto is None else []
    for one in differing:
        click.echo(f"{one.id}: {one.what}", err=True)
    if differing:
        raise answers.complain(differing)


if __name__ == "__main__":
    main()
