"""The form of a state folder, by which a program knows whether it may read it: `format.json` in it.

Within one number everything that a program wrote is read by those before and after it: what is new has a default, and
what is not known is passed over. The number goes up only when that is no longer so; a folder without the file has 1.
"""

from __future__ import annotations

import msgspec

from nab.core.errors import NabError

FORMAT = 1
NAME = "format.json"


class Marker(msgspec.Struct, frozen=True):
    """What `format.json` says: the number, and the version of the program that wrote it."""

    format: int = FORMAT
    by: str = ""


def refuse_newer(written: bytes | None, folder: object) -> None:
    """Raise NabError where a folder's marker is of a form that this program does not know."""
    if written is None:
        return
    try:
        marker = msgspec.json.decode(written, type=Marker)
    except msgspec.MsgspecError as error:
        raise NabError(
            f"{folder}/{NAME} says nothing of its form: {error}",
            hint=f'restore it, or write {{"format": {FORMAT}}} if this version wrote the folder',
        ) from None
    if marker.format > FORMAT:
        by = f", written by {marker.by}" if marker.by else ""
        raise NabError(
            f"{folder} is of form {marker.format}{by}, and this program reads up to {FORMAT}",
            hint="use the newer release again: nab-release list",
        )
