"""Show a whole round trip, without an account: agents, a local tournament, submissions, scores and a page."""

import click

from nab import cli
from nab.actions.demo import demo
from nab.config import Config


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
    "--agent", default="", help="A coding agent, in place of the two controls: claude, codex or gemini."
)
@cli.reports_errors
def main(config: Config, rounds: int, agent: str) -> None:
    demo.demo(config, rounds, agent)


if __name__ == "__main__":
    main()
