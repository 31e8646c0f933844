"""Lines of a run's record, written by the proxy's own code: it is imported as it is in its image."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from support.repository.benches import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "images" / "proxy"))
from record import graphql_calls
from record.call_log import Notes
from record.denial_folding import Allowance
from record.journal import Journal
from record.line_format import Seen, Source, dump

from models import watches

__all__ = ["AT", "dump", "of_each_kind"]

NOW, AT = 1_778_936_527.123, "2026-05-16T13:02:07.123Z"
API, MODEL, STORAGE = "api-tournament.numer.ai", "api.openai.com", "numerai-storage.s3.amazonaws.com"
SELF_TEST = "self-test.nab.example"
ANSWER = (
    b'data: {"type": "response.completed", "response":'
    b' {"model": "m", "usage": {"input_tokens": 5, "output_tokens": 2}}}\n\n'
)
REFUSED = ("port", "port 22 is closed")


def of_each_kind(words: str) -> dict[str, bytes]:
    """Return a line of every kind that somebody looks for. `words` are an agent's, in the line called so."""
    with TemporaryDirectory() as folder:
        return Record(Path(folder) / "http.jsonl").lines(words)


class Record:
    """A proxy's record of calls, and what was written of each."""

    def __init__(self, file: Path) -> None:
        self.file, self.found = file, dict[str, bytes]()
        source = Source("2026-05-16T130207Z-codex-l4", "work", lambda text: text)
        self.journal = Journal(str(file))
        self.notes = Notes(source, self.journal, None, lambda: NOW)

    def lines(self, words: str) -> dict[str, bytes]:
        """Let everything happen once."""
        self.say("life", "proxy", event="start")
        self.notes.sent(seen("page"))
        self.keep("leaves")
        self.note("page")
        self.note("words", target=f"/{words}?{words}", error=words)
        self.note(
            "ours", host=SELF_TEST, target="/?canary=a-mark&channel=curl.proxy", status=200, response_bytes=14
        )
        self.note("tunnel", method="TUNNEL", scheme="", target="")
        self.answers()
        self.refusals()
        self.uploads()
        self.journal.close()
        return self.found

    def answers(self) -> None:
        """A model answers in a stream, and in a WebSocket."""
        watch = watches.watch(MODEL, 200, watches.EVENTS, "")
        assert watch is not None and watch.model is not None
        call = seen("answer", host=MODEL, method="POST", status=200, watch=watch)
        self.notes.note(call, "start")
        self.keep("answer begins")
        call.count_response(ANSWER)
        self.notes.note(call)
        self.keep("answer")
        self.say("answer in a websocket", "usage", id="f1", host=MODEL, usage=watch.model.said())

    def refusals(self) -> None:
        """One call is refused and has its line, the next one becomes a number."""
        self.notes.folds.allowances["port"] = Allowance(1, NOW)
        self.note("denied", denied=REFUSED)
        self.notes.note(seen("too many", denied=REFUSED))
        self.notes.say_folded()
        self.keep("folded")

    def uploads(self) -> None:
        """Predictions are put in, and are diagnosed."""
        self.note("announced", host=API, call=asked("query", "submission_upload_auth"))
        self.note("put", host=STORAGE, method="PUT", target="/d/preds.csv", upload_sha256="ab" * 32)
        self.note(
            "submitted", host=API, call=asked("mutation", "create_submission"), submission="a-submission"
        )
        self.note("diagnosed", host=API, call=asked("mutation", "createDiagnostics"))

    def note(self, name: str, **change: Any) -> None:
        self.notes.note(seen(name, **change))
        self.keep(name)

    def say(self, name: str, phase: str, **said: Any) -> None:
        self.notes.say(phase, **said)
        self.keep(name)

    def keep(self, name: str) -> None:
        """Keep the line that was written last."""
        self.found[name] = self.file.read_bytes().splitlines(keepends=True)[-1]


def seen(name: str, **change: Any) -> Seen:
    """Return a call to a page, but for what is changed."""
    usual = {"method": "GET", "scheme": "https", "host": "example.org", "port": 443, "target": "/"}
    return Seen(id=name, started=NOW, **{**usual, **change})


def asked(operation: str, field: str) -> graphql_calls.Call:
    """Return what a query of one field asks for."""
    return graphql_calls.Call(operation, ((field, graphql_calls.plain_name(field)),))
