"""Where copies, figures and the site go."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from nab.config.values import Gibibytes, Mebibytes, Section


class Metrics(Section, frozen=True):
    """Where figures for Prometheus go beside state/metrics.prom: the folder of node_exporter's text files."""

    folder: str = ""


class Sync(Section, frozen=True):
    """Where a copy of the state is kept, what of it, and within which limits."""

    remote: str = ""
    branch: str = ""
    runs: Literal["all", "ended"] = "all"
    push_seconds: Annotated[float, msgspec.Meta(ge=5, le=86_400)] = 60.0
    max_file_mib: Annotated[int, msgspec.Meta(ge=1, le=95)] = 50
    max_record_mib: Mebibytes = 1024
    max_push_mib: Mebibytes = 64
    max_total_gib: Gibibytes = 8.0
    harmless: tuple[str, ...] = ()


class Publish(Section, frozen=True):
    """Where the site goes, which limits that host has, and when transcripts may be in it."""

    transcripts: Literal["season", "round", "never"] = "season"
    host: Literal["github", "cloudflare"] = "github"
    folder: str = ""
    remote: str = ""
    branch: str = "pages"
