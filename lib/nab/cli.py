"""What every script shares: how it gets its configuration and how it reports an error."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from nab.config import Config, load
from nab.core import levels
from nab.core.errors import FAILED, NabError
from nab.core.text import terminal
from nab.core.text.names import Choice
from nab.core.text.tables import Report
from nab.edges.files import state_folder
from nab.edges.host import console, own_release, speech

F = TypeVar("F", bound=Callable[..., Any])
INTERRUPTED = 130
MOST_DIGITS = 9
USUAL_STATE = "state"
FULL = {errno.ENOSPC, errno.EDQUOT}


class ServesByDefault(click.Group):
    """Options without a command are those of `serve`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["serve", *args])


def config_option(command: F) -> F:
    """Give a command --config and --state; it receives one Config as `config`."""
    return where_things_are(command, load_or_exit)


def reading_option(command: F) -> F:
    """Give a command that only makes sense on a state that is there --config and --state, as `config_option` does.

    A folder that is asked for and is not a state folder is refused. The usual one may have to be made yet.
    """

    def loaded(config_file: Path, state: Path) -> Config:
        return load_or_exit(config_file, state, refuse_strangers)

    return where_things_are(command, loaded)


def where_things_are(command: F, loaded: Callable[[Path, Path], Config]) -> F:
    """Give a command --config and --state, and one Config that is loaded from them."""

    @click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        default=lambda: os.environ.get("NAB_CONFIG", "nab.toml"),
        show_default="nab.toml, or $NAB_CONFIG",
        help="The configuration file.",
    )
    @click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        default=lambda: os.environ.get("NAB_STATE", USUAL_STATE),
        show_default="state, or $NAB_STATE",
        help="The folder that holds the event log and all that is derived from it.",
    )
    @wraps(command)
    def with_config(*args: Any, config_file: Path, state: Path, **kwargs: Any) -> Any:
        return command(*args, config=loaded(config_file, state), **kwargs)

    return with_config  # type: ignore[return-value]


def show(told: str | Report) -> None:
    """Print JSON as it is, and a report as a person reads it."""
    if isinstance(told, str):
        click.echo(told)
    else:
        console.show(told)


def as_json(value: object) -> str:
    """Write a value for programs that read what we print."""
    return terminal.safe_json(json.dumps(msgspec.to_builtins(value), indent=2))


def choice_options(command: F) -> F:
    """Give a command --agent, --level and --replica; it receives one Choice as `choice`."""

    @click.option("--agent", default="", help="A folder of images/agents: codex.")
    @click.option("--level", default="", help=f"{levels.either(levels.Level)}.")
    @click.option("--replica", default="", help="Which of several entrants with that agent at that level: b.")
    @wraps(command)
    def with_choice(*args: Any, agent: str, level: str, replica: str, **kwargs: Any) -> Any:
        return command(*args, choice=Choice(agent, level, replica), **kwargs)

    return with_choice  # type: ignore[return-value]


def run_option(command: F) -> F:
    """Give a command --run."""
    told = "Which run: its name, or a part that no other has; the newest without this."
    return click.option("--run", default="", help=told)(command)


def slot_option(command: F) -> F:
    """Give a command --slot."""
    return click.option("--slot", help="A slot of nab.toml; without it that of limits.slot.")(command)


def refuse_strangers(state: Path) -> None:
    """Raise NabError where a folder that was asked for is not a state folder."""
    if str(state) != USUAL_STATE and (why := state_folder.why_none(state)):
        hint = "STATE= or --state names the folder with the event log: state, or state/demo after make demo"
        raise NabError(f"{state} is not a state folder: {why}", hint=hint)


def load_or_exit(config_file: Path, state: Path, allowed: Callable[[Path], None] = lambda _: None) -> Config:
    """Load the configuration; a mistake in it ends the program like any other NabError."""
    try:
        return load(config_file, state, allowed)
    except NabError as error:
        report(error)
        sys.exit(error.exit_code)


def reports_errors(command: F) -> F:
    """Turn what a command raises into one clear sentence and an exit code; a bug still traces.

    Whatever it prints, of whomever, can only stand there.
    """

    @wraps(command)
    def reported(*args: Any, **kwargs: Any) -> Any:
        own_release.hold()
        sys.excepthook = speech.tell_bug
        try:
            with speech.guarded():
                return command(*args, **kwargs)
        except NabError as error:
            report(error)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("stopped by you", err=True)
            sys.exit(INTERRUPTED)
        except OSError as error:
            if isinstance(error, BrokenPipeError) and speech.reader_left():
                sys.exit()  # of `make transcript | head` for one: it has what it wanted
            if error.errno not in FULL:
                raise
            report(disk_is_full(error))
            sys.exit(FAILED)

    return reported  # type: ignore[return-value]


def leave_on_term() -> None:
    """Let TERM, by which systemd stops a service, do what Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def disk_is_full(error: OSError) -> NabError:
    """Say where there is no room."""
    where = error.filename or "the disk that holds the state folder"
    return NabError(f"no space left for {where}", hint="free some room and run it again: nothing was lost")


def report(error: NabError) -> None:
    """Print the sentence and the remedy."""
    click.echo(f"nab: {terminal.one_line(error.message)}", err=True)
    if error.hint:
        click.echo(f"     {terminal.one_line(error.hint)}", err=True)


class Amount(click.FloatRange):
    """A number of an option, between two ends: click takes inf and nan for numbers of any range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number that can be kept to.", param, ctx)
        return number


def number(written: str, what: str) -> int | None:
    """Read a whole number that may be left out. Raises NabError for anything else."""
    if not written:
        return None
    if not written.isdecimal() or len(written) > MOST_DIGITS:
        raise NabError(f"{what} {written!r} is no number", hint=f"{what}=1402")
    return int(written)
