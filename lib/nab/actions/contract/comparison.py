"""Compare the API that nab.toml names with what the local tournament answers, and remember what came of it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec

from nab.actions.contract.asking import Asking
from nab.config import Config
from nab.core.contract import contract
from nab.core.contract.contract import Contract
from nab.core.contract.differences import Difference, differences
from nab.core.contract.result import Result
from nab.core.errors import FAILED, NabError
from nab.core.text.tables import table
from nab.edges.files import files
from nab.edges.numerai import api
from nab.edges.numerai.bare_calls import Caller
from nab.edges.numerai.uses import RELIANCE
from nab.edges.secrets.keys import key_file, read_key

SECONDS_BETWEEN = 1.0  # calls to the live API, which counts them by address
LOCAL_TOURNAMENT = "the local tournament"


def expected() -> Contract:
    """Return what the local tournament answers, as it was recorded."""
    file = resources.files("nab.tournament").joinpath("contract.json")
    return contract.read(file.read_bytes(), "tournament/contract.json")


def look(config: Config, against: Path | None, *, provoke: bool = False) -> tuple[Contract, Result]:
    """Ask the API and compare. The result is kept for the doctor. Raises NabError where nobody answers."""
    here = expected() if against is None else saved(against)
    there = asked(config, here, provoke=provoke)
    found = differences(here, there, RELIANCE) + unlike_live(config, there)
    result = Result(
        api=there.api,
        at=there.asked,
        against=LOCAL_TOURNAMENT if against is None else against.name,
        with_key=there.with_key,
        differences=found,
        not_compared=[*there.notes, *unseen(here, there)],
    )
    files.replace_json(config.paths.contract, msgspec.to_builtins(result))
    return there, result


def asked(config: Config, here: Contract, *, provoke: bool) -> Contract:
    """Ask everything of the API that nab.toml names."""
    is_local = config.settings.tournament.kind == "local"
    file = key_file(config)
    key = read_key(file) if file.exists() else None
    caller = Caller(api.address(config), key, is_local=is_local, every=0.0 if is_local else SECONDS_BETWEEN)
    prefer = next((entrant.model for entrant in config.settings.entrants), "")
    there = Asking(caller, here.types, prefer).look(provoke=provoke)
    if why := there.silent.get("the API"):
        hint = "make tournament starts the local one" if is_local else "look at this machine's network"
        raise NabError(f"{there.api} does not answer ({why})", hint=hint, exit_code=FAILED)
    if key is None:
        there.notes.append(f"only public questions were asked: there is no Numerai key at {file}")
    return there


def unlike_live(config: Config, there: Contract) -> list[Difference]:
    """Tell of rounds that follow each other within hours, which is the local tournament's calendar alone."""
    if config.settings.tournament.kind == "local" or there.calendar or "Query.rounds" in there.silent:
        return []
    breaks = RELIANCE.of("calendar")
    return [
        Difference("calendar", "cannot be read", "five rounds a week", "no such rounds are listed", breaks)
    ]


def unseen(here: Contract, there: Contract) -> list[str]:
    """Say how much was not seen there: what an account, or a tournament that has just begun, has nothing of."""
    seen = {label for label, field in there.fields.items() if field.kinds or field.null or field.gone}
    count = sum(bool(field.kinds) and label not in seen for label, field in here.fields.items())
    return [f"{count} fields had no value to look at"] if count else []


def saved(file: Path) -> Contract:
    """Read a contract that was saved. Raises NabError where it cannot be read."""
    try:
        return contract.read(file.read_bytes(), str(file))
    except OSError as error:
        raise NabError(
            f"{file} cannot be read: {error.strerror}", hint="make contract SAVE=... writes one"
        ) from None


def save(found: Contract, file: Path) -> None:
    """Write what was answered, as shapes, into a file."""
    if not file.parent.is_dir():
        raise NabError(f"there is no folder {file.parent}", hint="make it, or name another file")
    files.replace_json(file, msgspec.to_builtins(found))


def show(result: Result) -> str:
    """Write the result for people: a table, and below each difference what it would break."""
    whom = f"{result.api} against {result.against}"
    lines = [f"{whom}: {result.summary}"]
    if result.differences:
        rows = [
            (f"{place}", one.place, one.what, one.here, one.there)
            for place, one in enumerate(result.differences, 1)
        ]
        lines += [
            "",
            table(("", "where", "what", "expected", "found"), [tuple(map(short, row)) for row in rows]),
            "",
        ]
        lines.append("what each would break")
        for place, one in enumerate(result.differences, 1):
            lines += [f"{place:3}. {one.place}", *(f"     - {who}" for who in one.breaks)]
    if result.not_compared:
        lines += ["", "not compared", *(f"     {note}" for note in result.not_compared)]
    return "\n".join(lines)


def short(cell: str, most: int = 72) -> str:
    """Cut a long cell."""
    return cell if len(cell) <= most else f"{cell[: most - 1]}…"
