"""Which texts are kept, how they are cut and what they are called; whatever a stranger's page is made of."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import pages
from record import bodies, redact

HIDE = redact.redactor(("S3CRETOFOURS",))


def readable(plain, _kind):
    return bodies.readable(plain, HIDE, pages.MOST_TAKEN)


def page(body, kind="text/html", path="/", **more):
    return pages.page(body, kind, path, readable, **more)


@pytest.mark.parametrize(
    ("category", "kind", "path"),
    [
        ("docs", "text/html; charset=utf-8", "/"),
        ("papers", "TEXT/HTML", "/abs/1"),
        ("forum", "application/json", "/t/1.json"),
        ("code-host", "text/plain; charset=utf-8", "/a/b/README.md"),
        ("code-host", "application/octet-stream", "/a/b/hello.ipynb?raw=1"),
        ("scaffold", "", "/skills/SKILL.md"),
        ("other", "application/vnd.api+json", "/"),
        ("other", "application/rss+xml", "/feed"),
    ],
)
def test_texts_of_places_that_agents_read_are_kept(category, kind, path):
    assert pages.is_answer_kept(category, kind, path)


@pytest.mark.parametrize(
    ("category", "kind", "path"),
    [
        ("llm", "application/json", "/"),
        ("numerai-api", "application/json", "/"),
        ("numerai-data", "text/plain", "/"),
        ("package-registry", "text/html", "/simple/numerapi/"),
        ("telemetry", "application/json", "/"),
        ("self-test", "text/html", "/"),
        ("docs", "image/png", "/a.html.png"),
        ("docs", "image/svg+xml", "/a"),
        ("docs", "text/event-stream", "/a"),
        ("code-host", "application/octet-stream", "/model.pt"),
        ("papers", "application/pdf", "/pdf/1"),
    ],
)
def test_models_numerai_and_what_is_no_text_are_not(category, kind, path):
    assert not pages.is_answer_kept(category, kind, path)


def test_the_words_of_a_posted_search_are_kept_and_of_no_upload():
    assert pages.is_question_kept("other", "POST", "application/json")
    assert pages.is_question_kept("docs", "post", "application/x-www-form-urlencoded; charset=UTF-8")
    assert not pages.is_question_kept("llm", "POST", "application/json")
    assert not pages.is_question_kept("other", "PUT", "application/json")
    assert not pages.is_question_kept("code-host", "POST", "application/x-git-upload-pack-request")
    assert not pages.is_question_kept("other", "POST", "multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("body", "kind", "path", "title"),
    [
        (
            b"<HTML><TITLE lang=en>\n Era  boosting &amp; more\n</TITLE>",
            "text/html",
            "/",
            "Era boosting & more",
        ),
        (b"<titles>no</titles><title>yes</title>", "application/xhtml+xml", "/", "yes"),
        (b"<title>" + b"a" * 5000, "text/html", "/", "a" * 200),
        (b"<title", "text/html", "/", None),
        (b"<title>", "text/html", "/", None),
        (b"<title/>after", "text/html", "/", "after"),
        (b"<rss><channel><title>The feed</title>", "application/rss+xml", "/", "The feed"),
        (b"no heading\n\n## Second one\n", "text/markdown", "/", "Second one"),
        (b"# Example model\n", "text/plain", "/numerai/README.md", "Example model"),
        (b"Title in rst\n=====\n", "text/plain", "/index.rst", "Title in rst"),
        (b"# a comment in a script", "text/plain", "/train.py", None),
        (b"nothing", "text/markdown", "/", None),
        (b'{"title": "of a call"}', "application/json", "/api", None),
        (b"", "text/html", "/", None),
    ],
)
def test_a_text_is_called_what_it_calls_itself(body, kind, path, title):
    assert page(body, kind, path).title == title


def test_a_notebook_is_called_by_its_first_heading_though_it_be_cut():
    cells = [
        {"cell_type": "code", "source": ["# no heading\n"]},
        {"cell_type": "markdown", "source": ["some words\n", '## Hello "Numerai"\n', "more"]},
    ]
    written = json.dumps({"cells": cells, "nbformat": 4}, indent=1).encode()

    assert page(written, "application/x-ipynb+json").title == 'Hello "Numerai"'
    assert page(written[:-9], "application/octet-stream", "/hello.ipynb").title == 'Hello "Numerai"'
    assert (
        page(b'{"cells": [{"cell_type": "markdown", "source": ["# \\ud8', "text/plain", "/a.ipynb").title
        is None
    )


def test_a_text_is_named_by_the_hash_of_what_is_kept_of_it():
    kept = page("Füße".encode("latin-1"), "text/plain; charset=ISO-8859-1")

    assert kept.text == "Füße".encode()
    assert kept.sha256 == hashlib.sha256(kept.text).hexdigest()
    assert kept.said(kept=True) == {
        **{"sha256": kept.sha256, "bytes": 6, "title": None, "truncated": False, "kept": True, "why": None}
    }


def test_a_text_is_cut_at_its_limit_and_says_so():
    whole, longer = page(b"a" * pages.MOST_BYTES, "text/plain"), page(b"a" * pages.MOST_TAKEN, "text/plain")

    assert (len(whole.text), whole.truncated) == (pages.MOST_BYTES, False)
    assert (longer.text, longer.truncated) == (whole.text, True)
    assert page(b"a", "text/plain", cut=True).truncated
    assert page("ü".encode() * pages.MOST_BYTES, "text/plain").text.decode() == "ü" * (pages.MOST_BYTES // 2)


def test_no_secret_is_in_a_text_that_is_kept_nor_in_its_title():
    key = "sk-ant-api03-" + "A" * 30
    for body in (
        f"<title>S3CRETOFOURS {key}</title>",
        "x" * (pages.MOST_BYTES - 7) + key,
        json.dumps({"deep": [{"access_token": "hunter2hunter2"}], "text": key}),
        '<a href="https://e.org/?token=hunter2hunter2">',
    ):
        kept = page(body.encode(), "text/html")
        for secret in ("S3CRETOFOURS", "AAAAAAAA", "hunter2"):
            assert secret not in kept.text.decode() and secret not in (kept.title or "")


def test_what_has_a_zero_byte_is_no_text_unless_it_says_that_it_is_in_utf16():
    assert page(b"%PDF\0", "text/html") is None
    assert page("<title>ok</title>".encode("utf-16"), "text/html; charset=utf-16").title == "ok"


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "hex", "utf-7", "x" * 99, "nul\0"])
def test_an_unusual_charset_is_read_as_utf8(charset):
    assert page("é".encode(), f"text/plain; charset={charset}").text == "é".encode()


@settings(max_examples=50)
@given(
    st.binary(max_size=3000)
    | st.text(alphabet='<title>/"\\# \n{}[]:,=aü&;\u2028\ud800', max_size=400).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
    st.sampled_from(
        ["text/html", "text/plain", "application/json", "text/html; charset=big5", "", "text/xml"]
    ),
    st.sampled_from(["/", "/a.md", "/a.ipynb", "/\udc80?x"]),
)
def test_no_page_raises_and_whatever_is_kept_is_bounded_text(body, kind, path):
    kept = page(body, kind, path)

    assert kept is None or (
        kept.text.decode() is not None
        and len(kept.text) <= pages.MOST_BYTES
        and len(kept.title or "") <= pages.MOST_TITLE
        and "\n" not in (kept.title or "")
    )
