"""One question at a time to an API, each looked at for the shape of its answer."""

from __future__ import annotations

import json
import re
from typing import Any

from nab.core.contract import forms, schema
from nab.core.contract.contract import Contract, Field
from nab.core.contract.selections import Tree, by_root, labels, plain, without, written
from nab.core.contract.shapes import Sights
from nab.core.text import times
from nab.core.windows.retries import TOO_MANY, retry_after
from nab.edges import clock
from nab.edges.numerai.bare_calls import Caller, Heard
from nab.edges.numerai.uses import RELIANCE, USES

UNKNOWN = re.compile(r'"(\w{1,100})"')
LONGEST_WAIT, MOST_WAITS = 65.0, 3  # seconds that an API may ask us to wait, and how often
MOST_TRIES = 4  # of one question: without what there is not, after a wait
BETWEEN = "not open for submissions"
OK = 200


class Asker:
    """Asks one API. Types say how fields are labelled: those that are expected, or the API's own."""

    def __init__(self, caller: Caller, types: dict[str, str] | None, prefer: str = "") -> None:
        self.caller, self.prefer = caller, prefer
        self.roots = by_root(USES)
        self.types = types or {}
        self.keeps_own = types is None
        self.found = Contract(api=caller.url, asked=times.text(clock.now()), with_key=caller.key is not None)
        self.sights = Sights(self.types, RELIANCE.words)
        self.gone: dict[str, Field] = {}
        self.declared: dict[str, Field] = {}
        self.held = 0

    def reaches(self) -> bool:
        """Ask for the schema, which also tells whether anybody answers. False where nobody does."""
        heard = self.send(schema.QUESTION, {})
        if not heard.status:
            self.found.silent["the API"] = heard.trouble
            return False
        told = schema.read(data(heard))
        if told is None:
            self.found.notes.append(
                "the schema is not told: types, arguments and mutations could not be compared"
            )
            return True
        self.declared = schema.declared(told, self.roots, None if self.keeps_own else self.types)
        if self.keeps_own:
            self.types.update({label: field.declared for label, field in self.declared.items()})
        self.gone = {label: field for label, field in self.declared.items() if field.gone}
        self.found.enums = {name: words for name, words in told.enums.items() if name == "RoundStatus"}
        return True

    def ask(self, root: str, arguments: dict[str, Any], only: str = "") -> Any:
        """Ask one operation for all its fields that there are, look at what it says, and return that; None without."""
        operation = root.partition(".")[2]
        for _ in range(MOST_TRIES):
            if root in self.gone:
                return None
            tree = without(self.roots[root], root, set(self.gone), self.types)
            tree = {name: below for name, below in tree.items() if not only or name in only.split()}
            if self.roots[root] and not tree:
                return None
            heard = self.send(
                query(operation, arguments, tree), {}, self.caller.authorization() if is_private(root) else ""
            )
            told = forms.parsed(heard.content)
            words = forms.refusal(told)
            if self.holds(heard):
                continue
            if not self.drops(root, tree, words):
                return self.kept(root, operation, (heard, told, words), tree)
        return None

    def kept(self, root: str, operation: str, answer: tuple[Heard, Any, str], tree: Tree) -> Any:
        """Look at an answer, or note that there was none."""
        heard, told, words = answer
        if words and BETWEEN in words:
            self.form("between two rounds", heard)
            return None
        inside = told.get("data") if isinstance(told, dict) else None
        if heard.status != OK or words or not isinstance(inside, dict) or operation not in inside:
            why = heard.trouble or (forms.general(words) if words else "")
            self.found.silent[root] = why or f"HTTP {heard.status}, no data"
            return None
        self.sights.see(root, inside[operation], tree)
        return inside[operation]

    def holds(self, heard: Heard) -> bool:
        """Wait where the API asks for that; say whether it did."""
        if heard.status != TOO_MANY:
            return False
        self.form("too many requests", heard)
        wait = retry_after(next((one for name, one in heard.headers.items() if name.lower() == "retry-after"), None),
                           clock.now())  # fmt: skip
        if wait is None or wait > LONGEST_WAIT or self.held >= MOST_WAITS:
            return False
        self.held += 1
        self.caller.hold(wait)
        return True

    def drops(self, root: str, tree: Tree, words: str) -> bool:
        """Leave out what an error says that there is not; say whether it says so of anything that was asked."""
        if not words.startswith("Cannot query field"):
            return False
        name = next(iter(UNKNOWN.findall(words)), "")
        lost = {one for one in labels(root, tree, self.types) if plain(one.rpartition(".")[2]) == plain(name)}
        for label in lost:
            known = self.declared.get(label, Field())
            self.gone[label] = self.declared[label] = Field(
                known.declared, known.arguments, gone="it is refused"
            )
        return bool(lost)

    def manner(self, name: str, text: str, variables: dict[str, Any]) -> None:
        """Ask in the way of numerapi, to learn whether that is taken."""
        heard = self.send(text, variables)
        self.form(
            name, Heard(heard.status, {}, b"{}" if is_answered(heard) else heard.content, heard.trouble)
        )

    def form(self, name: str, heard: Heard) -> None:
        """Keep how something was answered."""
        if heard.status:
            told = forms.of(heard.status, heard.headers, heard.content)
            if name == "an answer":
                told.headers += sorted({"date"} & {one.lower() for one in heard.headers})
            self.found.forms[name] = told
        else:
            self.found.silent[name] = heard.trouble

    def send(self, text: str, variables: dict[str, Any], authorization: str = "") -> Heard:
        """Send a question. It is never a mutation."""
        return self.caller.post(json.dumps({"query": text, "variables": variables}).encode(), authorization)


def is_private(root: str) -> bool:
    """Say whether an operation is asked with our key."""
    return root.partition(".")[2] in {
        "account", "apiTokenInfo", "model", "submissions", "diagnostics", "submissionUploadAuth",
        "diagnosticsUploadAuth", "submissionDownloadAuth",
    }  # fmt: skip


def query(operation: str, arguments: dict[str, Any], tree: Tree) -> str:
    """Write a question. JSON's texts and numbers are GraphQL's too."""
    given = ", ".join(f"{name}: {json.dumps(value)}" for name, value in arguments.items())
    return f"query {{{operation}{f'({given})' if given else ''}{f' {{{written(tree)}}}' if tree else ''}}}"


def data(heard: Heard) -> Any:
    """Return what an answer says."""
    told = forms.parsed(heard.content)
    return told.get("data") if isinstance(told, dict) else None


def is_answered(heard: Heard) -> bool:
    told = forms.parsed(heard.content)
    return (
        heard.status == OK
        and isinstance(told, dict)
        and not told.get("errors")
        and told.get("data") is not None
    )
