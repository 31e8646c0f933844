import pytest

from nab.site.pages.runs import Said
from support.records.logs import RUN, WHO, Log, intended
from support.site.sites import book_of, offences

CHUNK = 256_000


def said(count, words):
    return (
        Said(f"work-{place // 50}", "2026-06-01T10:00:00.000Z", "called sh", words) for place in range(count)
    )


def chunks(words, count=120):
    log = Log()
    log.add(intended(), entrant=WHO, run=RUN)
    book = book_of(log.events, transcripts={RUN: said(count, words)})
    assert offences(book) == []
    return {path: content for path, content in book.files.items() if "/transcript/" in path}


@pytest.mark.full
def test_a_part_of_a_transcript_stays_below_256_kb_whatever_is_in_it():
    for words in ('"' * 4000, "&<>" * 1300, "\u202e" * 1300, "\U0001f600" * 4000, "a"):
        found = chunks(words)
        assert found
        assert max(map(len, found.values())) <= CHUNK, words[:3]


def test_many_parts_hold_everything_in_order():
    found = chunks("x" * 3900, 200)

    assert len(found) > 2
    assert sum(content.count(b"<article") for content in found.values()) == 200
