"""The record's writer and its readers, which never meet: what the proxy's code writes is given to all of them."""

import json

import msgspec
import pytest

from nab.actions.recording.processes.uploads import Uploads
from nab.actions.scores import diagnostics
from nab.core.recording.calls import denials, lines
from nab.core.recording.calls.lines import Answer, Call, Filter, Line, Phase, Refusal, Usage
from nab.core.usage import prices
from nab.core.usage.token_sums import Sums
from support.records import proxy_lines
from support.records.answers_of_models import bench_with_a_run, the_run
from support.records.logs import RUN

FILTERS = {name: one for name, one in vars(lines).items() if isinstance(one, Filter)}
CALLS = {"page", "words", "ours", "answer", "denied", "announced", "put", "submitted", "diagnosed"}
OVER = CALLS | {"tunnel"}
MATCHED = {
    "DONE": OVER,
    "LIFE": {"life"},
    "USAGE": {"answer", "answer begins", "answer in a websocket"},
    "MODEL": {"answer", "answer begins"},
    "DENIED": {"denied"},
    "FOLDED": {"folded"},
    "ANNOUNCED": {"announced", "words"},
    "SUBMITTED": {"submitted"},
    "DIAGNOSED": {"diagnosed", "words"},
    "PUT": {"put"},
    "OURS": {"ours"},
    "MODELS": {"answer", "answer begins", "life"},
    "REFUSALS": {"denied", "folded"},
    "UPLOADS": {"announced", "submitted", "words"},
    "DIAGNOSTICS": {"diagnosed", "put", "words"},
}
WORDS = "".join(mark.decode() for one in FILTERS.values() for mark in one.marks)


@pytest.fixture(scope="module")
def record():
    """Return what a proxy writes of everything that somebody looks for: a line a kind."""
    return proxy_lines.of_each_kind(WORDS)


def spaced(line):
    """Write a line as another writer might."""
    return json.dumps(json.loads(line)).encode()


def test_every_filter_is_tried():
    assert set(MATCHED) == set(FILTERS)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_matches_the_lines_that_it_is_about_and_no_others(record, name):
    assert {kind for kind, line in record.items() if FILTERS[name].matches(line)} == MATCHED[name]


@pytest.mark.parametrize("name", sorted(FILTERS.keys() - {"ANNOUNCED", "DIAGNOSED"}))
def test_a_space_after_a_colon_would_be_noticed(record, name):
    found = {kind for kind, line in record.items() if FILTERS[name].matches(spaced(line))}

    assert found < MATCHED[name]


def test_every_key_that_is_written_of_a_call_is_read(record):
    for kind in OVER:
        assert json.loads(msgspec.json.encode(lines.decode(record[kind], Call))) == json.loads(record[kind])


def test_what_the_lines_of_other_phases_say_is_read(record):
    life, beginning = lines.decode(record["life"], Call), lines.decode(record["answer begins"], Call)

    assert (life.phase, life.is_call) == (Phase.PROXY, False)
    leaving = lines.decode(record["leaves"], Call)
    assert (beginning.phase, beginning.is_call) == (Phase.START, True)
    assert (leaving.phase, leaving.is_call, leaving.id) == (Phase.SENT, False, "page")


def test_what_an_answer_cost_is_read(record):
    for kind, phase in (("answer", Phase.DONE), ("answer in a websocket", Phase.USAGE)):
        told = lines.decode(record[kind], Answer)
        usage = msgspec.convert(told.usage, Usage)

        assert told.phase == phase
        assert (usage.provider, usage.model, usage.counts.input, usage.counts.output) == ("openai", "m", 5, 2)


def test_what_was_refused_is_read(record):
    one, many = (lines.decode(record[kind], Refusal) for kind in ("denied", "folded"))

    assert (one.phase, one.denied.rule, one.denied.why) == (Phase.DONE, "port", "port 22 is closed")
    assert (many.phase, many.denied, many.rule, many.count) == (Phase.FOLDED, None, "port", 1)
    assert one.host == many.host == "example.org"


def test_when_a_line_was_written_is_read(record):
    assert {lines.decode(line, Line).time for line in record.values()} == {proxy_lines.AT}


def test_what_became_of_a_call_to_numerai_is_read(record):
    calls = {
        kind: lines.decode(record[kind], Call) for kind in ("announced", "submitted", "diagnosed", "put")
    }

    assert calls["announced"].graphql.fields == ("submissionUploadAuth",)
    assert calls["submitted"].graphql.submission == "a-submission"
    assert calls["diagnosed"].graphql.fields == ("createDiagnostics",)
    assert calls["put"].upload_sha256 == "ab" * 32


@pytest.fixture
def readers(tmp_path):
    """Return everybody who reads single lines, as what says whether a line was taken into account."""
    bench = bench_with_a_run(tmp_path)
    uploads, paths = Uploads(bench, the_run(bench), None, 0), bench.run(RUN)
    paths.http.parent.mkdir(parents=True)

    def diagnoses(line):
        paths.scan.unlink(missing_ok=True)
        paths.http.write_bytes(line)
        known = diagnostics.scan(bench, RUN)
        return bool(known.diagnosed or known.files)

    return {
        "costs": (counts, {"answer", "answer in a websocket"}),
        "denials": (lambda line: denials.read(line, 0) is not None, {"denied", "folded"}),
        "diagnostics": (diagnoses, {"diagnosed", "put"}),
        "uploads": (lambda line: uploads.read(0, line), {"announced", "submitted"}),
    }


def counts(line):
    sums = Sums(prices.read('version = "1"', "prices.toml"))
    sums.see(line)
    return bool(sums.found)


@pytest.mark.parametrize("name", ["costs", "denials", "diagnostics", "uploads"])
def test_a_reader_takes_what_is_its_own_and_nothing_else(record, readers, name):
    reads, expected = readers[name]

    assert {kind for kind, line in record.items() if reads(line)} == expected


ODD = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"time":"\xff"}', b'{"usage":{"a":' + b"[" * 100_000]


@pytest.mark.parametrize("kind", [Line, Answer, Refusal, Call])
def test_a_line_that_cannot_be_read_is_none_whatever_it_is(record, kind):
    torn = [line[:end] for line in record.values() for end in range(0, len(line) - 2, 7)]

    assert [line for line in ODD + torn if lines.decode(line, kind) is not None] == []
