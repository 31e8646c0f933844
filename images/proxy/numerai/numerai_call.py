"""One call to Numerai's API from its body to what is sent on, and from its answer to what the agent gets.

Knows no HTTP: a call comes as bytes and goes as bytes, or is Refused.
"""

from __future__ import annotations

import json

from graphql.language import print_ast
from orders import Orders
from queries import documents, strict_json
from queries.documents import Document
from refused import Refused

from numerai import answer_filter
from numerai.allowed import Mine, bare, judge
from numerai.bucket import Bucket
from numerai.storage import Storage


class Questions:
    """Decides about each call; remembers what the answers to the calls before it gave."""

    def __init__(self, orders: Orders, storage: Storage, now: float) -> None:
        known = {bare(text) for other in orders.others for text in other.values()}
        self.mine = Mine(orders.model.get("id", ""), frozenset(known - {bare("")}))
        self.storage = storage
        self.submissions: frozenset[str] = frozenset()
        self.diagnostics = Bucket(orders.diagnostics_a_minute, now)

    @staticmethod
    def read(body: bytes) -> tuple[Document, str | None]:
        """Understand a call. Raises Refused."""
        asked = strict_json.read(body)
        return documents.read(asked.query, asked.variables, asked.operation), asked.operation

    def judge(self, document: Document, now: float) -> None:
        """Raise Refused for what may not be asked, and for what is asked too often."""
        judge(document, self.mine, self.submissions)
        if any(root.name == "creatediagnostics" for root in document.roots):
            wait = self.diagnostics.take(now)
            if wait:
                often = f"{self.diagnostics.size:.0f} diagnostics a minute"
                raise Refused("rate", f"not more than {often}; the next one in {wait} s", 429, wait)

    @staticmethod
    def written(document: Document, operation: str | None) -> bytes:
        """Write the call that is sent on, from what was understood of it."""
        body = {"query": print_ast(answer_filter.marked(document)), "variables": document.variables}
        return json.dumps(
            body | ({"operationName": operation} if operation else {}), allow_nan=False
        ).encode()

    def told(self, document: Document, body: bytes) -> bytes:
        """Return an answer as the agent gets it. Raises Refused for one that cannot be read."""
        try:
            answer = json.loads(body)
            shown = answer_filter.cleaned(answer, self.mine)
        except (ValueError, RecursionError):
            raise Refused("answer", "Numerai's answer cannot be read", 502) from None
        self.submissions |= answer_filter.own_ids(document, shown)
        self.storage.uploads |= self.storage.places(
            answer_filter.urls(document, shown, answer_filter.UPLOADS)
        )
        self.storage.diagnostics |= self.storage.places(
            answer_filter.urls(document, shown, answer_filter.LOOKED_AT)
        )
        self.storage.downloads |= self.storage.places(
            answer_filter.urls(document, shown, answer_filter.DOWNLOADS)
        )
        return body if shown == answer else json.dumps(shown, separators=(",", ":")).encode()
