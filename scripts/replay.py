"""The replay track: fire a frozen artifact on sealed eras, look once at all that were fired, or tell what was found."""

import click

from nab import cli
from nab.actions.bench import Bench
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option("--entrant", default="", help="Whose artifact is fired: baseline-l3; without it nobody's.")
@click.option("--look", is_flag=True, help="Take the one look at all pairs that have had none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@cli.reports_errors
def main(config: Config, entrant: str, *, look: bool, as_json: bool) -> None:
    from nab.actions.replay import looking, replaying

    bench = Bench(config, "replay")
    if entrant:
        replaying.fire(bench, entrant)
    if look:
        looking.look(bench)
    cli.show(cli.as_json(looking.as_json(bench)) if as_json else looking.show(bench))


if __name__ == "__main__":
    main()
