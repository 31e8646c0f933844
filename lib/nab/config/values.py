"""What a single value of nab.toml may be, and what a table of it is."""

from __future__ import annotations

from typing import Annotated

import msgspec

# Every number has an end: what none is meant to reach is a slip of the finger, and overflows somewhere later.
Hours = Annotated[float, msgspec.Meta(gt=0, le=87_600)]
Minutes = Annotated[float, msgspec.Meta(gt=0, le=5_256_000)]
Seconds = Annotated[float, msgspec.Meta(ge=0.01, le=86_400)]
Days = Annotated[float, msgspec.Meta(ge=0, le=36_500)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Mebibytes = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Gibibytes = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
PublicName = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_]{1,64}$")]
SlotName = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,20}$")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of nab.toml; a key it does not have is a mistake."""
