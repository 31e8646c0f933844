"""How the answers of one API differ from those of another, and what each difference would break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nab.core.contract import rounds
from nab.core.contract.contract import Contract, Day, Field, Form
from nab.core.contract.selections import Use, by_root, inner, labels, plain
from nab.core.contract.shapes import strange

# Minutes that a window may be shorter or longer, and an opening earlier or later, unnoticed.
EARLIER, LATER = 1, 15
NOTHING_KNOWN = "nothing that is known of"


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not as expected; `breaks` names who relies on it."""

    place: str
    what: str
    here: str
    there: str
    breaks: list[str]


@dataclass(frozen=True)
class Reliance:
    """Who relies on what: on fields, by the table of uses; on the rest, by name."""

    uses: Sequence[Use]
    others: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]  # what may stand in fields that have few words

    def of_field(self, label: str, types: dict[str, str]) -> list[str]:
        """Name everybody who relies on a field, whatever operation they reach it by."""
        found = [use.who for use in self.uses if label in set(labels(use.root, use.tree, types))]
        return list(dict.fromkeys(found)) or [NOTHING_KNOWN]

    def of(self, name: str) -> list[str]:
        """Name everybody who relies on something else; `name` may have a part of its own behind a colon."""
        return list(self.others.get(name) or self.others.get(name.partition(":")[0]) or [NOTHING_KNOWN])


def differences(here: Contract, there: Contract, reliance: Reliance) -> list[Difference]:
    """Compare what an API answers with what is expected. What was not seen on either side differs in nothing."""
    return [
        *fields(here, there, reliance),
        *enums(here, there, reliance),
        *forms(here, there, reliance),
        *calendar(here, there, reliance),
        *datasets(here, there, reliance),
        *links(here, there, reliance),
        *limits(here, there, reliance),
        *silent(here, there, reliance),
    ]


def fields(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare every field that was asked for, one difference a field."""
    sent: dict[str, set[str]] = {}
    for use in reliance.uses:
        sent.setdefault(use.root, set()).update(use.arguments.split())
    for label, expected in here.fields.items():
        found = there.fields.get(label)
        if found is None:
            continue
        if expected.gone:
            if not found.gone:
                yield Difference(
                    label, "is there", expected.gone, found.declared, reliance.of_field(label, here.types)
                )
            continue
        whats = list(of_field(expected, found, reliance.words.get(label, ())))
        if label in sent and not found.gone:
            whats += of_arguments(expected.arguments, found.arguments, sent[label])
        if whats:
            what, before, after = ("; ".join(dict.fromkeys(part)) for part in zip(*whats, strict=True))
            yield Difference(label, what, before, after, reliance.of_field(label, here.types))


def of_field(expected: Field, found: Field, words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what of a field is not as expected."""
    if found.gone:
        yield "is gone", expected.declared or " or ".join(expected.kinds), found.gone
        return
    if expected.declared and found.declared and expected.declared != found.declared:
        yield "is declared otherwise", expected.declared, found.declared
    if expected.kinds and (others := strange(expected.kinds, found.kinds)):
        yield "has values of another kind", " or ".join(expected.kinds), " or ".join(others)
    if found.null and expected.kinds and not expected.null:
        yield "is null, where it never was", " or ".join(expected.kinds), "null"
    known = {*expected.values, *words}
    if known and (more := sorted(set(found.values) - known)):
        yield "has words that are not known", ", ".join(sorted(known)), ", ".join(more)


def of_arguments(
    expected: dict[str, str], found: dict[str, str], sent: set[str]
) -> list[tuple[str, str, str]]:
    """Return what of an operation's arguments is not as expected, of those that anybody sends."""
    if not found:
        return []
    there = {plain(name): (name, kind) for name, kind in found.items()}
    whats = []
    for name in sorted(sent):
        before = next((kind for key, kind in expected.items() if plain(key) == plain(name)), "")
        if plain(name) not in there:
            whats.append((f"takes no {name}", before, "no such argument"))
        elif before.rstrip("!") != (after := there[plain(name)][1]).rstrip("!"):
            whats.append((f"takes another {name}", before, after))
    for key, (name, kind) in there.items():
        if kind.endswith("!") and key not in {plain(one) for one in sent}:
            whats.append((f"asks for {name}", "it is not sent", kind))
    return whats


def enums(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare the words of types that have few."""
    for name, expected in here.enums.items():
        found = there.enums.get(name)
        if found is not None and set(found) != set(expected):
            yield Difference(
                f"enum {name}", "has other words", ", ".join(expected), ", ".join(found), reliance.of("enum")
            )


def forms(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare how things are refused, and what is told over HTTP."""
    for name, expected in here.forms.items():
        found = there.forms.get(name)
        if found is not None and found != expected:
            before, after = said(expected, found), said(found, expected)
            yield Difference(name, "is answered otherwise", before, after, reliance.of(name))


def said(form: Form, other: Form) -> str:
    """Write what of a form is not as in another."""
    parts = []
    if form.status != other.status:
        parts.append(f"HTTP {form.status}")
    if form.content != other.content:
        parts.append(form.content)
    if form.keys != other.keys:
        parts.append(", ".join(form.keys) or "no keys")
    if form.message != other.message:
        parts.append(f"“{form.message}”" if form.message else "no message")
    if form.headers != other.headers:
        parts.append(", ".join(form.headers) or "no such header")
    return "; ".join(parts)


def calendar(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare on which days rounds open, when, and for how long. A day of which no round was seen may yet come."""
    if not there.calendar or not here.calendar:
        return
    several = sum(day.rounds for day in there.calendar.values()) > 2 * len(here.calendar)
    for name in dict.fromkeys([*here.calendar, *there.calendar]):
        expected, found = here.calendar.get(name), there.calendar.get(name)
        if expected is None:
            yield Difference(f"rounds on {name}", "open", "none", f"{found.rounds}", reliance.of("calendar"))  # type: ignore[union-attr]
        elif found is None:
            if several:
                yield Difference(
                    f"rounds on {name}", "do not open", "one a week", "none", reliance.of("calendar")
                )
        else:
            yield from of_day(name, expected, found, reliance)


def of_day(name: str, expected: Day, found: Day, reliance: Reliance) -> Iterator[Difference]:
    """Compare the rounds of one day of the week."""
    first, last = expected.opens_first - LATER, expected.opens_last + LATER
    if not (first <= found.opens_first and found.opens_last <= last):
        before = f"{rounds.clock(expected.opens_first)} to {rounds.clock(expected.opens_last)}"
        after = f"{rounds.clock(found.opens_first)} to {rounds.clock(found.opens_last)}"
        yield Difference(f"rounds on {name}", "open at another time", before, after, reliance.of("calendar"))
    if not -EARLIER <= found.window - expected.window <= LATER:
        what = "close earlier" if found.window < expected.window else "close later"
        before, after = f"{expected.window} min after the open", f"{found.window} min"
        yield Difference(f"rounds on {name}", what, before, after, reliance.of("window"))


def datasets(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare the newest version of the dataset and its files."""
    expected, found = here.datasets, there.datasets
    if not (expected.versions and found.versions):
        return
    newest, now = expected.versions[0], found.versions[0]
    if newest != now:
        yield Difference("dataset", "has another newest version", newest, now, reliance.of("version"))
    if newest not in found.versions:
        yield Difference(
            f"dataset {newest}", "is gone", newest, ", ".join(found.versions), reliance.of("old version")
        )
    version = newest if newest in found.versions else now
    files = {name.partition("/")[2] for name in found.files if name.startswith(f"{version}/")}
    for file in (name.partition("/")[2] for name in expected.files if name.startswith(f"{newest}/")):
        if file not in files:
            other = rounds.moved(file, sorted(files))
            what, after = ("has moved", f"{version}/{other}") if other else ("is gone", "no such file")
            yield Difference(
                f"dataset {newest}/{file}", what, f"{newest}/{file}", after, reliance.of(f"file:{file}")
            )


def links(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare the addresses of files: hosts, and what they are signed with."""
    for name, expected in here.links.items():
        found = there.links.get(name)
        if found is not None and found != expected:
            before = ", ".join(one for one in expected if one not in found) or "-"
            after = ", ".join(one for one in found if one not in expected) or "-"
            yield Difference(name, "is another", before, after, reliance.of(name))


def limits(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Compare how often may be asked, of those operations that anybody relies on."""
    asked = {plain(root.partition(".")[2]) for root in by_root(reliance.uses)}
    for name, expected in here.limits.items():
        found = there.limits.get(name)
        if found is not None and found != expected and plain(name) in asked:
            who = [use.who for use in reliance.uses if plain(use.root.partition(".")[2]) == plain(name)]
            yield Difference(
                f"rate of {name}",
                "is another",
                expected,
                found,
                list(dict.fromkeys([*reliance.of("rate"), *who])),
            )


def silent(here: Contract, there: Contract, reliance: Reliance) -> Iterator[Difference]:
    """Tell of operations that are not answered, where they are expected to be."""
    for root, why in there.silent.items():
        expected = here.fields.get(root)
        is_told = root in there.fields and there.fields[root].gone
        if root not in here.silent and not is_told:
            declared = inner(expected.declared) if expected else "an answer"
            yield Difference(root, "is not answered", declared, why, reliance.of_field(root, here.types))
