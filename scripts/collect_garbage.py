"""Make room on the disk: compress what rests, remove what nobody needs or what is past its retention in nab.toml.

The least valuable goes first, until the budget is met or nothing else may go; exit code 1 says that there is still too
little room.
"""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.actions.upkeep.gc import collect
from nab.config import Config
from nab.core.upkeep.gc import Wish

GIB = cli.Amount(min=0, max=1e9)


@click.command(help=__doc__)
@cli.config_option
@click.option("--budget-gib", type=GIB, help="Stop when the state folder takes no more than this.")
@click.option("--free-gib", type=GIB, help="Stop when so much is free on its disk.")
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(
    config: Config, budget_gib: float | None, free_gib: float | None, *, dry_run: bool, as_json: bool
) -> None:
    wish = Wish(budget_gib, free_gib)
    tell = (lambda _: None) if as_json else click.echo
    report = collect.collect(Bench(config, "gc"), wish, dry_run=dry_run, tell=tell)
    cli.show(cli.as_json(collect.as_json(report)) if as_json else collect.show(report))
    collect.finish(report)


if __name__ == "__main__":
    main()
