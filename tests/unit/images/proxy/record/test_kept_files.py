"""What is kept of a call beside its line, from what passed to what the line says."""

import gzip
import json

import pytest
from kept import pages
from kept.page_store import PageStore
from kept.spool import Spool
from kept.tee import Tee
from record import kept_files, line_format, redact
from record.call_log import Notes
from record.journal import Journal
from record.kept_files import KeptFiles

SOURCE = line_format.Source("2026-05-16T130207Z-codex-l4", "work", redact.redactor(("S3CRETOFOURS",)))
HTML = b"<title>Docs</title>S3CRETOFOURS"


@pytest.fixture
def notes(tmp_path):
    files = KeptFiles(
        PageStore(str(tmp_path / "pages"), 400), Spool(str(tmp_path / "uploads"), 99, 99), SOURCE.redact
    )
    return Notes(SOURCE, Journal(str(tmp_path / "http.jsonl")), None, lambda: 1.0, files=files)


@pytest.fixture
def lines(tmp_path):
    return lambda: [json.loads(line) for line in (tmp_path / "http.jsonl").read_text().splitlines()]


def seen(id="f1", **change):
    made = line_format.Seen(id, 1.0, "GET", "https", "docs.python.org", 443, "/3/")
    for key, value in change.items():
        setattr(made, key, value)
    return made


def read(body, kind="text/html", encoding="", **change):
    made = seen(answer=Tee(encoding, pages.MOST_TAKEN, kind), **change)
    made.count_response(body)
    return made


def test_the_line_of_a_page_leads_to_its_text(notes, lines, tmp_path):
    notes.note(read(gzip.compress(HTML), encoding="gzip"))

    (line,) = lines()
    told = line["page"]["response"]
    assert (told["title"], told["kept"]) == ("Docs", True)
    place = tmp_path / "pages" / told["sha256"][:2] / f"{told['sha256']}.gz"
    assert gzip.decompress(place.read_bytes()).startswith(b"<title>Docs</title>[redacted:")
    assert line["response_bytes"] == len(gzip.compress(HTML))


def test_a_form_is_kept_without_its_secrets(notes, lines, tmp_path):
    call = seen(question=Tee("", 999, pages.FORM), method="POST")
    call.count_request(b"api_key=hunter2hunter2&q=era+boosting")
    notes.note(call)

    digest = lines()[0]["page"]["request"]["sha256"]
    text = gzip.decompress(next((tmp_path / "pages").rglob(f"{digest}.gz")).read_bytes())
    assert b"q=era+boosting" in text and b"hunter2" not in text


def test_a_call_without_a_text_says_nothing_of_one(notes, lines):
    notes.note(read(b""))
    notes.note(read(HTML, denied=("port", "port 22 is closed")))
    notes.note(seen("f3"))

    assert [line["page"] for line in lines()] == [None, None, None]


def test_a_part_and_a_page_that_broke_off_say_that_they_are_cut(notes, lines):
    notes.note(read(HTML, status=206))
    notes.note(read(HTML, error="the server hung up"))
    notes.note(read(HTML, status=200))

    assert [line["page"]["response"]["truncated"] for line in lines()] == [True, True, False]


def test_a_page_that_cannot_be_read_costs_that_page_only(notes, lines, monkeypatch):
    notes.note(read(b"no gzip", encoding="gzip"))
    notes.note(read(b"a\0b"))
    monkeypatch.setattr(pages, "title", lambda *_: 1 / 0)
    notes.note(read(HTML))
    monkeypatch.undo()
    notes.note(read(HTML))

    assert [line["page"]["response"]["why"] for line in lines()] == [
        pages.DAMAGED,
        pages.BINARY,
        "it could not be read: ZeroDivisionError",
        None,
    ]
    assert [line["error"] for line in lines()] == [None] * 4


def test_that_no_more_is_kept_is_said_once(notes, lines):
    for number in range(20):
        notes.note(read(b"%d different words, all of them" % number * 9))

    found = lines()
    assert [line["what"] for line in found if line["phase"] == "full"] == ["pages"]
    kept = [line["page"]["response"]["kept"] for line in found if line["phase"] == "done"]
    assert kept == sorted(kept, reverse=True) and {*kept} == {True, False}
    assert [line["seq"] for line in found] == list(range(1, len(found) + 1))


def test_of_one_text_too_many_at_once_the_line_alone_tells(notes, lines, monkeypatch):
    monkeypatch.setattr(kept_files, "MOST_AT_ONCE", 2)
    begun = [seen(f"f{number}") for number in range(3)]
    for call in begun:
        call.answer = notes.files.begin(call, "response", "", "text/html")
        call.count_response(HTML)
    for call in begun:
        notes.note(call)

    assert [line["page"]["response"]["why"] for line in lines()] == [None, None, pages.CROWDED]
    assert notes.files.begin(seen("f4"), "response", "", "text/html") is not None


def test_where_no_pages_are_kept_nothing_is_taken(notes, lines):
    notes.files.pages = None
    call = read(HTML)
    assert notes.files.begin(call, "response", "", "text/html") is None
    notes.note(call)

    assert lines()[0]["page"] is None


def test_an_upload_is_told_and_one_that_was_refused_leaves_nothing(notes, lines, tmp_path):
    for id, denied in (("f1", None), ("f2", ("key", "a placeholder is in it"))):
        call = seen(id, method="PUT", denied=denied, upload_sha256="0" * 64)
        call.spooled = notes.files.spool.begin(id, "submission", 3)
        for piece in (b"abc", b""):
            call.spooled(piece)
        notes.note(call)

    assert [line["upload"]["spooled"] for line in lines()] == [True, False]
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["0" * 64 + ".submission"]


def test_a_line_with_the_longest_titles_is_not_too_long(notes, lines):
    title = b"<title>" + "\U0001f600".encode() * 300
    notes.note(read(title, target="/" + "\U0001f600" * 2000, error="\U0001f600" * 2000))

    assert len(lines()[0]["page"]["response"]["title"]) <= 200
