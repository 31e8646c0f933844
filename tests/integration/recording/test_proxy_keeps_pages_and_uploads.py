"""The real proxy keeps the texts that a box reads and the files that it uploads; none of that goes to the mirror."""

import base64
import gzip
import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from nab.actions.recording import predictions
from nab.actions.upkeep.sync import sources
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.recording.predictions import Form
from nab.core.recording.sketches import is_chosen
from nab.edges.files import compressed
from support.attacks import attacks
from support.attacks.senders import one
from support.records.logs import RUN
from support.repository.benches import bench_on
from support.servers import internets, proxies
from support.servers.numerai_with_a_memory import DIAGNOSED, UPLOAD, Numerai

HTML = b'<html><head><title>Neutralise\n your features</title></head><body>key="sk-ant-api03-AAAAAAAAAAAAAAAAAAAAA"'
HTML += b"<p>" + b"words of a forum " * 20_000  # more than is kept
IDS = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(5000)]
CSV = b"id,prediction\n" + b"".join(b"%s,%f\n" % (id.encode(), n / 5000) for n, id in enumerate(IDS))


OTHER = "https://words.example.org"
PACK = """
import base64, brotli, json, zstandard
for text in (b"<title>packed</title>", bytes(16 << 20)):
    print(*(base64.b64encode(one).decode() for one in (brotli.compress(text, quality=5), zstandard.compress(text))))
"""


def packed(lab):
    """Return addresses of a page, and of 16 MiB of nothing, packed by what the proxy's image has."""
    printed = lab.proxy.exec_run(["/opt/proxy/bin/python", "-c", PACK], stderr=False).output.decode()
    names = [f"{encoding}-{what}" for what in ("page", "bomb") for encoding in ("br", "zstd")]
    return [
        OTHER + said("text/html", base64.b64decode(content), name.partition("-")[0]) + f"?{name}"
        for name, content in zip(names, printed.split(), strict=True)
    ]


def peak(lab):
    """Return the most memory that the proxy's program had, in kB; None where its processes are not ours to look at."""
    pid = lab.client.api.inspect_container(lab.proxy.id)["State"]["Pid"]
    try:
        rows = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, PermissionError):
        return None
    return next(int(row.split()[1]) for row in rows if row.startswith("VmHWM"))


def said(type, content, encoding=""):
    """Return the path at which the internet answers with this."""
    pieces = [base64.b64encode(content[at : at + 60_000]).decode() for at in range(0, len(content), 60_000)]
    told = {"type": type, "encoding": encoding, "pieces": pieces}
    return "/say/" + base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Let a box read and upload once; return the calls by their paths, and the state folder afterwards."""
    root = tmp_path_factory.mktemp("kept")
    (root / "socket").mkdir()
    twice = said("text/html; charset=utf-8", gzip.compress(HTML), "gzip")
    with (
        Numerai(root / "socket" / "api.sock") as numerai,
        internets.internet(root) as internet,
        proxies.lab(root, change=internet.change) as lab,
    ):
        pages = [
            "https://forum.numer.ai" + twice,
            "https://forum.numer.ai" + twice,
            "https://github.com" + said("application/octet-stream", b"\x7fELF\0" * 900),
            "https://files.pythonhosted.org" + said("text/html", b"<title>a registry</title>"),
            OTHER + said("text/html", b"this is not packed", "gzip") + "?broken",
            *packed(lab),
        ]
        lab.run("curl", "-sSf", *pages)
        question = '{"q": "era boosting", "api_key": "tvly-0123456789abcdef"}'
        posted = ("-H", "content-type: application/json", "-d", question)
        lab.run("curl", "-sSf", *posted, f"{OTHER}/search?words")
        for root_field, url in (("submissionUploadAuth", UPLOAD), ("diagnosticsUploadAuth", DIAGNOSED)):
            upload(lab, root_field, url)
        lab.lines(least=2, method="PUT", phase="done")
        most = peak(lab)
        lab.proxy.stop(timeout=10)
        written = lab.everything()
        uploaded = [call["body"] for call in numerai.got if call["method"] == "PUT"]
    bench = bench_on(root, "")
    shutil.copytree(root / "run", bench.run(RUN).root / "calls")
    return SimpleNamespace(
        calls=[one for one in written if one["phase"] == "done"], bench=bench, most=most, uploaded=uploaded
    )


def upload(lab, root_field, url):
    asked = f"{root_field}(filename: $f, tournament: 8, modelId: $m) {{ filename url }}"
    query = f"query($f: String!, $m: String) {{ {asked} }}"
    one(lab, attacks.call(attacks.asking(query, {"f": "p.csv", "m": proxies.MINE.id})))
    target = url.removeprefix(f"https://{attacks.UPLOADS}")
    put = attacks.call(CSV, line=f"PUT {target} HTTP/1.1", authorization=None, host=attacks.UPLOADS)
    assert one(lab, put, to=attacks.UPLOADS).startswith("HTTP/1.1 200")


def of(played, host):
    return [call for call in played.calls if call["host"] == host]


def asked(played, query):
    (call,) = [call for call in played.calls if call["query"] == query]
    return call


def text(played, page):
    place = played.bench.run(RUN).pages / page["sha256"][:2] / f"{page['sha256']}.gz"
    return gzip.decompress(place.read_bytes())


def test_a_page_that_is_read_twice_is_there_once_by_its_hash(played):
    first, second = (call["page"]["response"] for call in of(played, "forum.numer.ai"))

    assert first == second
    assert (first["title"], first["kept"], first["truncated"], first["why"]) == (
        *("Neutralise your features", True, True),
        None,
    )
    kept = text(played, first)
    assert hashlib.sha256(kept).hexdigest() == first["sha256"] and len(kept) == first["bytes"] == 256 << 10
    assert kept.startswith(b"<html><head><title>Neutralise") and b"AAAAAAAA" not in kept
    pages = [path for path in played.bench.run(RUN).pages.rglob("*") if path.is_file()]
    assert len(pages) == 1 + 1 + 1 + 1  # the question, the answer to it, and one that came packed in two ways


def test_the_words_of_a_search_are_kept_without_its_key(played):
    call = asked(played, "words")

    assert json.loads(text(played, call["page"]["request"]))["q"] == "era boosting"
    assert b"tvly-" not in text(played, call["page"]["request"])
    assert call["page"]["response"]["kept"]


def test_binaries_and_other_places_are_not_kept_and_a_damaged_page_says_so(played):
    assert of(played, "github.com")[0]["page"] is None
    assert of(played, "files.pythonhosted.org")[0]["page"] is None
    broken = asked(played, "broken")
    assert (broken["status"], broken["page"]["response"]["why"]) == (200, "it cannot be unpacked")


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_page_that_came_packed_is_read_and_a_bomb_costs_its_own_page(played, encoding):
    page, bomb = (asked(played, f"{encoding}-{what}") for what in ("page", "bomb"))

    assert (page["page"]["response"]["title"], page["page"]["response"]["truncated"]) == ("packed", False)
    assert bomb["status"] == 200 and bomb["page"]["response"]["why"] == "it is no text"
    if played.most is None:
        pytest.skip("the engine's processes are not ours to look at")
    assert played.most < 250_000


def test_the_readers_know_what_is_said_of_pages_and_uploads(played):
    record = played.bench.run(RUN).http.read_bytes().splitlines()

    assert {bool(call.page) for call in lines.calls(record)} == {True, False}
    assert [call.upload for call in lines.calls(record) if call.upload] == [
        {"kind": "submission", "spooled": True, "why": None},
        {"kind": "diagnostics", "spooled": True, "why": None},
    ]
    assert all(lines.decode(line, Call) for line in record)


def test_a_submission_is_kept_whole_of_a_diagnosis_a_sketch_and_nothing_of_it_is_for_the_mirror(played):
    paths, digest = played.bench.run(RUN), hashlib.sha256(CSV).hexdigest()
    assert played.uploaded == [CSV, CSV]
    assert {call["upload_sha256"] for call in played.calls if call["upload"]} == {digest}

    made = predictions.keep(played.bench, RUN)

    assert sorted((one.kind, one.form, one.sha256) for one in made) == [
        ("diagnostics", Form.SKETCH, digest),
        ("submission", Form.WHOLE, digest),
    ]
    with compressed.opened(paths.predictions / digest) as file:
        assert file.read() == CSV
    with compressed.opened(paths.predictions / f"{digest}.sketch.jsonl") as file:
        head, *rows = map(json.loads, file)
    assert head["rows"] == 5000
    assert rows == [
        [id, None, pytest.approx((n + 0.5) / 5000)] for n, id in enumerate(IDS) if is_chosen(id.encode())
    ]
    assert list(paths.uploads.iterdir()) == [] and predictions.keep(played.bench, RUN) == []
    counted = predictions.count(played.bench, RUN)
    assert (counted.pages, counted.whole, counted.sketches, counted.waiting) == (4, 1, 1, 0)
    found = {one.path for one in sources.found(played.bench.paths, "all")}
    assert f"runs/{RUN}/calls/http.jsonl".encode() in found
    assert not [
        path for path in found if any(word in path for word in (b"pages", b"uploads", b"predictions"))
    ]
