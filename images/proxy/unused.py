"""What of mitmproxy and of what it imports is never used here, and so not imported: most of the proxy's start-up time.

The names have to be there all the same, because others import them. Each stands for a class that cannot be made: who
comes to one although nothing leads there fails, and the connection is cut (`passage.faults`).
"""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

# Packages whose own first lines import all that they have; their modules are imported one by one as ever.
THINNED = (
    "mitmproxy.addons",  # thirty addons, of which six are used
    "graphql",  # its executor and its validator: documents are only read and written
)
# Modules that nothing of ours leads to. A new version of mitmproxy may ask for more of them while it is imported:
# then the proxy does not start, and the tests say so.
NEVER_USED = (
    "mitmproxy.proxy.layers.quic",  # the way out knows TCP, and DNS by UDP; no QUIC
    "mitmproxy.proxy.layers.http._http3",
    "mitmproxy.proxy.layers.http._http2",  # `http2` is off, both ways: proxy.SETTINGS
    "aioquic",
    "aioquic.h3",
    "aioquic.h3.connection",
    "aioquic.tls",
    "mitmproxy.command_lexer",  # nobody types commands
    "pyparsing",
    "ruamel",  # nobody reads options from a file
    "ruamel.yaml",
)


class Absent:
    """What there is of a class that is never used. Raises RuntimeError where one is made."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError(f"{type(self).__module__}.{type(self).__name__} is not part of this proxy")


class NeverUsed(types.ModuleType):
    """A module that has every name, and nothing behind it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Absent,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


def skip() -> None:
    """Keep all of that from being imported. Call it before anything of mitmproxy is."""
    for name in THINNED:
        parent, _, last = name.rpartition(".")
        found = importlib.util.find_spec(parent or name)
        assert found is not None and found.origin is not None
        package = types.ModuleType(name)
        package.__path__ = [str(Path(found.origin).parent / (last if parent else ""))]
        sys.modules[name] = package
    for name in NEVER_USED:
        sys.modules[name] = NeverUsed(name)
        parent, _, last = name.rpartition(".")
        if parent in NEVER_USED:
            setattr(sys.modules[parent], last, sys.modules[name])
