"""The models' vendors as their files in images/providers say: hosts, forms of the key, and what the key is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

import msgspec

from nab.core.agents.adapters import Adapter, Table, Word

METHODS = "GET|POST|PUT|PATCH|DELETE|WEBSOCKET"
PART = r"[\w.{}-]+"
LISTED = re.compile(
    rf"(?P<method>{METHODS}) (?P<host>[a-z0-9.-]+)?(?P<path>(?:/[\w.:{{}}-]+)+(?:\?{PART}={PART}(?:&{PART}={PART})*)?)",
    re.ASCII,
)
EXPECTED = "METHOD /path?name=value was expected, as in POST /v1/responses"
Kind = Literal["anthropic", "openai", "google"]


class KeyField(Table, frozen=True):
    """A field of state/secrets/<provider>.json: what stands for it in a box, and how a real one begins."""

    placeholder: Annotated[str, msgspec.Meta(pattern="nab-placeholder")]
    begins: str = ""
    begins_not: Word | None = None
    secret: bool = True


class Host(Table, frozen=True):
    """A host of a vendor: how its key travels there, and with which calls.

    What `counted` calls cost is read from their answers; `free` ones cost nothing. A `scripted` host is
    answered for by the scripted models.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    keys: tuple[Annotated[str, msgspec.Meta(pattern=r"^(\?[a-z_]+=|[a-z0-9-]+: )[ -~]*\{\w+\}$")], ...] = ()
    counted: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    scripted: bool = False


class Provider(Table, frozen=True):
    """A vendor. Of one without `fields` the bench holds no key; what its answers cost is counted all the same."""

    needs_keys: ClassVar[bool] = True

    title: Word
    answers: Kind
    hosts: Annotated[tuple[Host, ...], msgspec.Meta(min_length=1)]
    fields: dict[str, KeyField] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what the types cannot."""
        for host in self.hosts:
            for call in (*host.counted, *host.free):
                if (found := LISTED.fullmatch(call)) is None or found["host"] or is_crooked(found["path"]):
                    raise ValueError(f"{host.name}: {call!r} is no call: {EXPECTED}")
            if (host.counted or host.free) and self.needs_keys and not host.keys:
                raise ValueError(f"{host.name} has calls and no keys to make them with")
            for key in host.keys:
                if (field := re.findall(r"\{(\w+)\}", key))[-1:] != field or field[0] not in self.fields:
                    raise ValueError(f"{host.name}: {key!r} names no field of the key")

    @property
    def placeholders(self) -> dict[str, str]:
        """What an agent holds in place of each field."""
        return {name: field.placeholder for name, field in self.fields.items()}

    @property
    def url(self) -> str:
        """Where an agent asks it."""
        return f"https://{self.hosts[0].name}"

    @property
    def calls(self) -> tuple[str, ...]:
        """What its key is for: `METHOD host/path?query`."""
        return tuple(placed(call, host.name) for host in self.hosts for call in (*host.counted, *host.free))


def placed(call: str, host: str) -> str:
    """Write a call with its host."""
    method, _, path = call.partition(" ")
    return f"{method} {host}{path}"


def is_crooked(path: str) -> bool:
    """Say whether a path has a step that leads nowhere or back."""
    return bool({".", ".."} & set(path.partition("?")[0].split("/")))


def read_calls(provider: Provider, written: Iterable[str]) -> tuple[str, ...]:
    """Read calls as a person writes them: one without a host is for the vendor's first one.

    Raises ValueError for what is no call, and for a host that the vendor's key does not go to.
    """
    hosts = [host.name for host in provider.hosts if host.keys or not provider.needs_keys]
    calls = []
    for call in written:
        found = LISTED.fullmatch(call)
        if found is None or is_crooked(found["path"]):
            raise ValueError(f"{call!r} is no call: {EXPECTED}")
        if not hosts or found["host"] not in {None, *hosts}:
            raise ValueError(f"{call!r} is for a host that no key of {provider.title} goes to")
        calls.append(f"{found['method']} {found['host'] or hosts[0]}{found['path']}")
    return tuple(calls)


def narrowed(provider: Provider, written: Iterable[str]) -> tuple[str, ...]:
    """Return those calls of a vendor's that an agent's folder names. Raises ValueError for one that is none of them."""
    calls = read_calls(provider, written)
    for call in calls:
        if call not in provider.calls:
            raise ValueError(
                f"{call} is more than {provider.title}'s key is for: only nab.toml can widen that"
            )
    return calls


def listed(
    known: Mapping[str, Provider], adapter: Adapter | None, added: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Return what each vendor's key is for, by its name: its own list or the agent's, and what nab.toml adds.

    Raises ValueError as read_calls and narrowed do.
    """
    calls = {name: provider.calls for name, provider in known.items()}
    if adapter and adapter.calls is not None:
        calls[adapter.provider] = narrowed(known[adapter.provider], adapter.calls)
    return {
        name: (*calls[name], *read_calls(provider, added.get(name, ()))) for name, provider in known.items()
    }
