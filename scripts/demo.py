"""Show a whole round trip, without an account: agents, a local tournament, submissions, scores and a page."""

import click

from nab import cli
from nab.actions.demo import demo
from nab.config import Config
from nab.edges import clock


@click.command(help=__doc__)
@cli.config_option
@click.option(
    "--rounds",
    type=click.IntRange(1, 10_000),
    default=3,
    show_default=True,
    help="How many rounds to wait for, to their last score.",
)
@click.option(
    "--agent", default="", help="An agent of images/agents, in place of the two controls: codex, or your own."
)
@click.option(
    "--began", type=cli.Amount(min=0, max=1e11), help="When packages were begun with, in Unix time."
)
@cli.reports_errors
def main(config: Config, rounds: int, agent: str, began: float | None) -> None:
    demo.demo(config, rounds, agent, None if began is None else clock.monotonic_of(began))


if __name__ == "__main__":
    main()
