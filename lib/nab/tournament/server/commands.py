"""The commands of a local tournament: one serves, the others ask a running tournament or its folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from nab import cli
from nab.core.errors import NabError
from nab.tournament.server import place as places
from nab.tournament.server import remote
from nab.tournament.server.place import Place

F = TypeVar("F", bound=Callable[..., Any])
LASTS = cli.Amount(min=0, min_open=True, max=1e8)  # seconds
UNTIL = ("open", "closed", "scored", "resolved")
PRESETS = (
    "The calendar. fast: a round every 40 s. live: Numerai's own. bot: windows stay open until `advance`."
)


def place_options(command: F) -> F:
    """Give a command --config and --state; it receives the place that they name as `place`."""

    @click.option(
        "--config",
        "settings",
        type=click.Path(path_type=Path),
        envvar="NAB_CONFIG",
        help="A nab.toml; that of this folder without it, and the usual where there is none.",
    )
    @click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="NAB_STATE",
        help=f"The folder to keep it in; without it {places.STATE}, or {places.OWN} where there is no nab.toml.",
    )
    @wraps(command)
    def with_place(*args: Any, settings: Path | None, state: Path | None, **kwargs: Any) -> Any:
        return command(*args, place=find(settings, state), **kwargs)

    return with_place  # type: ignore[return-value]


def find(settings: Path | None, state: Path | None) -> Place:
    """Find the place; a mistake in nab.toml ends the program like any other."""
    try:
        return places.found(settings, state)
    except NabError as error:
        cli.report(error)
        sys.exit(error.exit_code)


@click.command()
@place_options
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="TCP port; without it that of nab.toml, or 8790. 0: a free one.",
)
@click.option(
    "--preset", type=click.Choice(["fast", "live", "bot"]), default="fast", show_default=True, help=PRESETS
)
@click.option("--rounds-every", type=LASTS, help="Seconds from open to open; 40 in fast, 366 days in bot.")
@click.option("--window", type=LASTS, help="Seconds that uploads are on time; 34 in fast, 365 days in bot.")
@click.option(
    "--scoring-day", type=LASTS, help="Seconds that a scoring day takes; 1.5 in fast, a day in bot."
)
@click.option(
    "--first-score-lag", type=click.IntRange(0, 1000), help="Scoring days before the first score; 4."
)
@click.option("--first-round", type=click.IntRange(1, 999_999), help="Number of the first round; 1401.")
@click.option(
    "--size",
    type=click.Choice(["tiny", "demo", "full-shape"]),
    help="Of the dataset; demo without it, and tiny on the replay track.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="Same seed, same market.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    help=f"A model of the account; those of nab.toml without it, or {places.MODEL}.",
)
@click.option("--scope", "scopes", multiple=True, help="What the token may do; reads and uploads without it.")
@click.option(
    "--rate-limits",
    type=click.Choice(["all", "diagnostics", "none"]),
    help="Which of Numerai's hold; without it all in preset live, diagnostics in fast.",
)
@click.option(
    "--fault", "faults", multiple=True, help="NAME[:key=value,...], switched on at once; `fault list`."
)
@click.option(
    "--refuse-stale-ids", is_flag=True, help="Refuse an upload with the ids of the round before the newest."
)
@click.option(
    "--track",
    type=click.Choice(["live", "replay"]),
    default="live",
    show_default=True,
    help="replay: sealed eras in place of rounds, as [replay] of nab.toml says (docs/replay.md).",
)
@click.option("--sealed", type=click.IntRange(min=20), help="How many of the newest eras are sealed.")
@click.option(
    "--dataset",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="What is cut: a folder with Numerai's files of v5.3; without it a synthetic dataset.",
)
@cli.reports_errors
def serve(place: Place, **chosen: Any) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # Imported here: pandas takes a second, which --help need not wait for.
    from nab.tournament.server import start

    start.serve(place, chosen, click.echo)


@click.command()
@cli.reports_errors
def operations() -> None:
    """List the GraphQL operations that are served."""
    from nab.tournament.answers import operations as served

    for operation in served.table():
        click.echo(operation)
    click.echo(served.summary())


@click.command()
@place_options
@cli.reports_errors
def status(place: Place) -> None:
    """Say what the running tournament is at."""
    for line in remote.status(place.root):
        click.echo(line)


@click.command()
@place_options
@click.option("--until", type=click.Choice(UNTIL), help="Go on to the next of that kind.")
@click.option("--seconds", type=cli.Amount(min=0, max=1e9), help="Go on by so much.")
@cli.reports_errors
def advance(place: Place, until: str | None, seconds: float | None) -> None:
    """Have what lies ahead come now, and say what came: all up to the next event without --until and --seconds.

    The clock stays, and so does what has been: numerapi's check_round_open() and check_new_round() are right then.
    """
    if until is not None and seconds is not None:
        raise NabError("--until and --seconds exclude each other", hint="use one of them")
    for line in remote.advance(place.root, until=until, seconds=seconds):
        click.echo(line)


@click.command("bring-forward")
@place_options
@cli.reports_errors
def bring_forward(place: Place) -> None:
    """Have the next close, or the next opening, come now, and all that lies ahead of it earlier by as much."""
    click.echo(remote.bring_forward(place.root))


@click.group()
def fault() -> None:
    """Let things go wrong in the running tournament."""


@fault.command("list")
@cli.reports_errors
def list_faults() -> None:
    """List the faults that there are."""
    for line in remote.fault_kinds():
        click.echo(line)


@fault.command("add")
@place_options
@click.argument("described", metavar="NAME[:key=value,...]", nargs=-1, required=True)
@cli.reports_errors
def add_fault(place: Place, described: tuple[str, ...]) -> None:
    """Switch a fault on. Its values may also stand by themselves: truncated-download share=0.3."""
    click.echo(f"on: {remote.add_fault(place.root, described)}")


@fault.command("clear")
@place_options
@click.argument("name", required=False)
@cli.reports_errors
def clear_faults(place: Place, name: str | None) -> None:
    """Switch a fault off, or all of them."""
    for line in remote.clear_faults(place.root, name):
        click.echo(line)


@click.command("export")
@place_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@cli.reports_errors
def export_tournament(place: Place, file: Path) -> None:
    """Write a tournament, its uploads and its key into one file."""
    from nab.tournament.play import bundle

    bundle.export(place.root, file)
    click.echo(f"written: {file}")


@click.command("import")
@place_options
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@cli.reports_errors
def import_tournament(place: Place, file: Path) -> None:
    """Unpack an exported tournament; it goes on, at the next start, at the instant of the export."""
    from nab.tournament.play import bundle

    bundle.bring(file, place.root)
    click.echo(f"ready: {place.root}")


ALL = (serve, operations, status, advance, bring_forward, fault, export_tournament, import_tournament)
