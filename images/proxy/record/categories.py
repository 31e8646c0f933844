"""What kind of place a call goes to: the first row that matches wins.

A row is a kind, a host and sometimes the beginning of a path. A host matches its subdomains too; one with
a `*` matches as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import unquote

OTHER = "other"
KINDS = (
    "llm",
    "numerai-api",
    "numerai-data",
    "docs",
    "papers",
    "forum",
    "code-host",
    "package-registry",
    "scaffold",
    "telemetry",
    "self-test",
    OTHER,
)

TABLE: tuple[tuple[str, str, str], ...] = (
    # Ours: the clients of a box are tried before its agent starts.
    ("self-test", "self-test.nab.example", ""),
    # Numerai's own agent kit and MCP server: what a participant is handed ready-made.
    ("scaffold", "api-tournament.numer.ai", "/mcp"),
    ("scaffold", "numer.ai", "/install-mcp.sh"),
    ("scaffold", "github.com", "/numerai/example-scripts"),
    ("scaffold", "codeload.github.com", "/numerai/example-scripts"),
    ("scaffold", "raw.githubusercontent.com", "/numerai/example-scripts"),
    ("scaffold", "api.github.com", "/repos/numerai/example-scripts"),
    ("numerai-api", "api-tournament.numer.ai", ""),
    ("numerai-data", "numerai-*.amazonaws.com", ""),
    ("telemetry", "api.anthropic.com", "/api/event_logging"),
    ("telemetry", "api.anthropic.com", "/api/eval"),
    ("telemetry", "statsig.anthropic.com", ""),
    ("telemetry", "ab.chatgpt.com", ""),
    ("telemetry", "play.googleapis.com", ""),
    ("telemetry", "statsig.com", ""),
    ("telemetry", "statsigapi.net", ""),
    ("telemetry", "sentry.io", ""),
    ("telemetry", "datadoghq.com", ""),
    ("telemetry", "posthog.com", ""),
    ("telemetry", "segment.io", ""),
    ("telemetry", "google-analytics.com", ""),
    ("docs", "docs.anthropic.com", ""),
    ("docs", "docs.claude.com", ""),
    ("docs", "platform.openai.com", "/docs"),
    ("docs", "ai.google.dev", ""),
    ("llm", "api.anthropic.com", ""),
    ("llm", "api.openai.com", ""),
    ("llm", "chatgpt.com", ""),
    ("llm", "generativelanguage.googleapis.com", ""),
    ("llm", "cloudcode-pa.googleapis.com", ""),
    ("llm", "aiplatform.googleapis.com", ""),
    ("llm", "*-aiplatform.googleapis.com", ""),
    ("llm", "openrouter.ai", ""),
    ("llm", "api.mistral.ai", ""),
    ("llm", "api.deepseek.com", ""),
    # The coding agents log in and look after themselves there: part of what a model costs to use.
    ("llm", "claude.ai", ""),
    ("llm", "claude.com", ""),
    ("llm", "anthropic.com", ""),
    ("llm", "openai.com", ""),
    ("llm", "oauth2.googleapis.com", ""),
    ("llm", "accounts.google.com", ""),
    ("forum", "forum.numer.ai", ""),
    ("forum", "community.numer.ai", ""),
    ("forum", "stackoverflow.com", ""),
    ("forum", "stackexchange.com", ""),
    ("forum", "reddit.com", ""),
    ("papers", "arxiv.org", ""),
    ("papers", "ssrn.com", ""),
    ("papers", "semanticscholar.org", ""),
    ("papers", "openreview.net", ""),
    ("papers", "doi.org", ""),
    ("papers", "jstor.org", ""),
    ("docs", "numer.ai", ""),
    ("docs", "readthedocs.io", ""),
    ("docs", "readthedocs.org", ""),
    ("docs", "docs.python.org", ""),
    ("docs", "numpy.org", ""),
    ("docs", "pandas.pydata.org", ""),
    ("docs", "pytorch.org", ""),
    ("docs", "scikit-learn.org", ""),
    ("docs", "wikipedia.org", ""),
    ("docs", "developer.mozilla.org", ""),
    ("package-registry", "pypi.org", ""),
    ("package-registry", "pythonhosted.org", ""),
    ("package-registry", "npmjs.org", ""),
    ("package-registry", "anaconda.org", ""),
    ("package-registry", "crates.io", ""),
    ("package-registry", "r-project.org", ""),
    ("package-registry", "deb.debian.org", ""),
    ("package-registry", "security.debian.org", ""),
    ("package-registry", "archive.ubuntu.com", ""),
    ("package-registry", "security.ubuntu.com", ""),
    ("code-host", "github.com", ""),
    ("code-host", "githubusercontent.com", ""),
    ("code-host", "gitlab.com", ""),
    ("code-host", "huggingface.co", ""),
    ("code-host", "hf.co", ""),
    ("code-host", "kaggle.com", ""),
)


OWN: set[str] = set()
# What an agent reads there is kept: no setting makes a model's host of it.
READ = frozenset({"numerai-api", "numerai-data", "docs", "papers", "forum", "scaffold"})


def know_models(hosts: Iterable[str]) -> None:
    """Take these hosts for models': they are the installation's own."""
    OWN.clear()
    OWN.update(hosts)
    rows_of.cache_clear()


def category(host: str, path: str = "") -> str:
    """Name the kind of place."""
    name = host.lower().rstrip(".")
    rows = rows_of(name)
    if len(rows) == 1:
        return rows[0][0]
    asked = plain_path(path)
    return next(kind for kind, beginning in rows if begins(asked, beginning))


@lru_cache(maxsize=4096)
def rows_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return what the table says of a host: kinds and beginnings of paths, down to the first that asks for none."""
    found: list[tuple[str, str]] = []
    for kind, host, beginning in (*TABLE, (OTHER, "*", "")):
        if host_matches(name, host):
            found.append((kind, beginning))
            if not beginning:
                break
    is_models = name in OWN and not READ & {kind for kind, _ in found}
    return (("llm", ""),) if is_models else tuple(found)


def host_matches(name: str, host: str) -> bool:
    """Say whether a name is this host or below it."""
    return fnmatchcase(name, host) if "*" in host else name == host or name.endswith("." + host)


def plain_path(path: str) -> str:
    """Spell a path in one way, without what servers overlook."""
    return re.sub(r"/(?:\.?/)+", "/", unquote(path[:4096].partition("?")[0])).lower()


def begins(path: str, beginning: str) -> bool:
    """Say whether a path starts with whole words of this beginning."""
    rest = path.removeprefix(beginning)
    return not beginning or (path.startswith(beginning) and not re.match(r"[\w-]", rest))
