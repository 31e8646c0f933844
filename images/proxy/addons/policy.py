"""The addon that says what may be asked of Numerai, and where its files go (docs/policy.md)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable

from keys import inflation
from mitmproxy import http
from network import routes
from network.hosts import plain
from numerai import request_form
from numerai.numerai_call import Questions
from numerai.storage import Storage
from orders import Orders
from queries.documents import Document
from record import calls, graphql_calls
from record.line_format import Seen
from refused import Refused

ASKED = "nab.asked"
KEPT = frozenset({b"host", b"authorization", b"user-agent"})
PASSED_BACK = frozenset({b"content-type", b"date", b"retry-after", b"connection"})


class Policy:
    """Reads calls to Numerai before they are sent on, and the answers before the agent has them."""

    def __init__(self, orders: Orders) -> None:
        self.storage = Storage()
        self.questions = Questions(orders, self.storage, time.monotonic())

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a call by its head. The body of a call to the API is then read whole."""
        if calls.is_denied(flow):
            return
        request, seen = flow.request, calls.seen(flow)
        try:
            if plain(request.host) == routes.API_HOST:
                headers = list(request.headers.items(multi=True))
                request_form.check(
                    method(request), request.scheme, request.path, request.http_version, headers
                )
                seen.hold_request = seen.hold_response = True
            elif self.storage.is_store(request.host):
                self.storage.check(method(request), request.scheme, request.host, request.path)
                if method(request) == "PUT":
                    seen.request_taps.append(digest(seen))
                    seen.upload_kind = self.storage.kind(request.host, request.path)
        except Refused as refused:
            calls.deny(flow, refused.rule, refused.why, refused.status)

    def request(self, flow: http.HTTPFlow) -> None:
        """Refuse a call by what it asks, or write it anew."""
        seen = calls.seen(flow)
        if not seen.hold_request or calls.is_denied(flow):
            return
        try:
            document, operation = self.questions.read(flow.request.raw_content or b"")
            seen.call = graphql_calls.of(document)
            self.questions.judge(document, time.monotonic())
        except Refused as refused:
            refuse(flow, refused)
            return
        flow.metadata[ASKED] = document
        send_on(flow.request, self.questions.written(document, operation))

    def response(self, flow: http.HTTPFlow) -> None:
        """Show the agent what is its own."""
        document: Document | None = flow.metadata.get(ASKED)
        if document is None or calls.is_denied(flow):
            return
        response = flow.response
        try:
            body = inflation.whole(response.raw_content or b"", response.headers.get("content-encoding", ""))
            told = self.questions.told(document, body)
        except (Refused, ValueError):
            unreadable(response)
            return
        fields = [field for field in response.headers.fields if field[0].lower() in PASSED_BACK]
        response.headers = http.Headers(fields)
        response.raw_content = told
        response.headers["content-length"] = str(len(told))


def method(request: http.Request) -> str:
    """Return the method as it was written; mitmproxy's own property shows capitals."""
    return request.data.method.decode("latin-1")


def digest(seen: Seen) -> Callable[[bytes], bytes]:
    """Return a tap that notes the SHA-256 of what was put."""
    whole = hashlib.sha256()

    def tap(piece: bytes) -> bytes:
        whole.update(piece)
        if not piece:
            seen.upload_sha256 = whole.hexdigest()
        return piece

    return tap


def refuse(flow: http.HTTPFlow, refused: Refused) -> None:
    """Refuse as Numerai does, so that its clients show the sentence: numerapi reads errors only in a 200."""
    calls.deny(flow, refused.rule, refused.why, 429 if refused.wait else 200)
    error = {"message": f"nab proxy: {refused.why}", "extensions": {"code": f"nab_{refused.rule}"}}
    flow.response.headers["content-type"] = "application/json"
    if refused.wait:
        flow.response.headers["retry-after"] = str(refused.wait)
    flow.response.text = json.dumps({"errors": [error], "data": None})


def send_on(request: http.Request, body: bytes) -> None:
    """Give a call a body and headers of our own."""
    kept = [field for field in request.headers.fields if field[0].lower() in KEPT]
    request.headers = http.Headers(kept)
    request.headers["content-type"] = request.headers["accept"] = "application/json"
    request.headers["accept-encoding"] = "identity"  # an answer is read here, and once more for the record
    request.raw_content = body
    request.headers["content-length"] = str(len(body))
    request.trailers = None


def unreadable(response: http.Response) -> None:
    """Keep back an answer that we cannot look through."""
    response.status_code = response.status_code if response.status_code >= 400 else 502
    body = b"nab proxy: Numerai answered with something that is no JSON\n"
    response.headers = http.Headers(content_type="text/plain; charset=utf-8", content_length=str(len(body)))
    response.raw_content = body
