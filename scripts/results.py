"""Print a table of every entrant's rounds: outcome, scores, percentile and, for a miss, whose doing it was.

Then bring the results store up to date: what has closed since the last time is read once (docs/results.md).
"""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.reports import results
from nab.actions.results import update
from nab.config import Config


@click.command(help=__doc__)
@click.option("--store/--no-store", "keeps", default=True, help="Leave the store as it is.")
@cli.reading_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, *, keeps: bool, as_json: bool) -> None:
    bench = Bench(config, "results", sifts=not as_json, by_kept=True)  # JSON tells the scores by every metric
    cli.show(cli.as_json(results.told(bench)) if as_json else results.results(bench))
    if keeps:
        click.echo(update.update(bench, fold=True).words, err=True)


if __name__ == "__main__":
    main()
