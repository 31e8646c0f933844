"""Every way around the policy that we could think of, sent raw to the real proxy; nothing arrives."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter

import pytest

from support.attacks import attacks, raw_calls
from support.attacks.senders import one, sent
from support.servers import proxies
from support.servers.numerai_with_a_memory import Numerai
from support.servers.proxies import HELD, MINE, OTHER, REAL

LATER = 0.05
FOLDED_SECONDS = 15


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp("w")
    (root / "socket").mkdir()
    with Numerai(root / "socket" / "api.sock") as numerai, proxies.lab(root) as lab:
        yield lab, numerai


def test_no_attack_arrives_and_each_is_recorded_as_denied(world):
    lab, numerai = world
    one(lab, attacks.call(upload_auth()))  # so that there is one address that may be put to
    before = len(numerai.got)
    calls = attacks.every()

    found = sent(lab, calls)
    time.sleep(LATER)

    denied = {row["name"]: rule_of(row["answer"]) for row in found}
    print(f"{len(calls)} attacks, {sum(map(bool, denied.values()))} denied: {Counter(denied.values())}")
    assert numerai.got[before:] == []
    assert [row for row in found if not denied[row["name"]]] == []
    assert len({call.name for call in calls}) == len(calls) >= 100
    assert max(row["ended"] - row["began"] for row in found) < raw_calls.SECONDS
    assert REAL.partition("$")[2] not in json.dumps(found)
    assert OTHER.id not in json.dumps([row["answer"] for row in found])
    behind = Counter(operation=1)  # "a call behind a refused one" is two
    assert recorded(lab, len(denied) + 1) == Counter(denied.values()) + behind


def rule_of(answer: str) -> str | None:
    """Return the rule that an answer names; what is no HTTP is refused before anybody can name one."""
    if answer.startswith("HTTP/1.1 400") and "Server: mitmproxy" in answer:
        return "form"
    found = re.search("x-nab-denied: (.*)\r\n", answer)
    return found[1] if found else None


def recorded(lab, least: int) -> Counter[str]:
    """Count the denials in the record by rule: those with a line, and those that are told by their number."""
    deadline = time.monotonic() + FOLDED_SECONDS
    while True:
        lines = lab.everything()
        counted = Counter(line["denied"]["rule"] for line in lines if line.get("denied"))
        for line in lines:
            if line["phase"] == "folded":
                counted[line["rule"]] += line["count"]
        if counted.total() >= least or time.monotonic() > deadline:
            return counted
        time.sleep(0.2)


def upload_auth(model: str = MINE.id) -> bytes:
    asked = "submissionUploadAuth(filename: $f, tournament: 8, modelId: $m) { filename url }"
    query = f"query($f: String!, $m: String) {{ {asked} }}"
    return attacks.asking(query, {"f": "p.csv", "m": model})


@pytest.mark.parametrize(
    "body",
    [
        attacks.asking("{ rounds(tournament: 8, number: 0) { number } }"),
        attacks.asking("query ($t: Int!) { rounds(tournament: $t number: 0) { number } }", {"t": 8}),
        attacks.asking("# why\n\ufeff{ r: rounds { number } }"),
        attacks.asking(
            "{ ...F } fragment F on RootQueryType { rounds { ...R } } fragment R on Round { number }"
        ),
        attacks.asking(attacks.SUBMIT, {"m": MINE.id}),
        attacks.asking(
            attacks.SUBMIT.replace("modelId", "model_id").replace("createS", "create_s"), {"m": MINE.id}
        ),
        attacks.asking("query A { rounds { number } }", operationName="A"),
        attacks.submit(f'modelId: """{MINE.id}"""'),
    ],
    ids=[
        "literal",
        "variable",
        "comment and BOM",
        "fragments",
        "upload",
        "snake case",
        "named",
        "block string",
    ],
)
def test_what_is_allowed_arrives_written_anew_with_the_real_key(world, body):
    lab, numerai = world

    answer = one(lab, attacks.call(body, ("X-Odd", "1"), ("Cookie", "a=b")))

    got = numerai.got[-1]
    assert answer.startswith("HTTP/1.1 200"), answer
    assert got["headers"]["authorization"] == REAL
    assert set(got["headers"]) <= {
        "host",
        "authorization",
        "content-type",
        "content-length",
        "accept",
        "accept-encoding",
        "user-agent",
    }
    assert set(json.loads(got["body"])) <= {"query", "variables", "operationName"}
    assert "set-cookie" not in answer


def test_the_other_models_are_not_in_the_answer(world):
    lab, _ = world

    answer = one(lab, attacks.call(attacks.asking("{ account { models { id } } }")))

    assert json.loads(answer.partition("\r\n\r\n")[2]) == {"data": {"account": {"models": [{"id": MINE.id}]}}}


def test_without_a_key_a_public_question_is_sent_on_without_one(world):
    lab, numerai = world

    one(lab, attacks.call(attacks.asking("{ rounds { number } }"), authorization=None))

    assert "authorization" not in numerai.got[-1]["headers"]


def test_a_refusal_comes_in_the_form_that_numerapi_reads(world):
    lab, _ = world

    head, _, body = one(lab, attacks.call(attacks.asking("mutation { deleteAccount }"))).partition("\r\n\r\n")

    assert head.startswith("HTTP/1.1 200")
    assert "deleteAccount is not allowed" in json.loads(body)["errors"][0]["message"]


def test_a_file_goes_where_an_answer_said_and_its_hash_is_recorded(world):
    lab, numerai = world
    one(lab, attacks.call(upload_auth()))
    put_call = attacks.call(
        b"id,prediction\n", line="PUT /upload?sig=1 HTTP/1.1", authorization=None, host=attacks.UPLOADS
    )

    answer = one(lab, put_call, to=attacks.UPLOADS)

    assert answer.startswith("HTTP/1.1 200"), answer
    assert numerai.got[-1]["body"] == b"id,prediction\n"
    (line,) = lab.lines(path="/upload", method="PUT", status=200)
    assert line["upload_sha256"] == hashlib.sha256(b"id,prediction\n").hexdigest()


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_key_in_a_large_file_is_not_let_out_whole(world, chunked):
    lab, numerai = world
    one(lab, attacks.call(upload_auth()))
    body = b"x" * 300_000 + b"NUMERAI_SECRET_KEY=nab-placeholder-secret\n" + b"x" * 300_000
    line = {"line": "PUT /upload?sig=1 HTTP/1.1", "authorization": None, "host": attacks.UPLOADS}
    framed = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 9973]), body[at : at + 9973])
        for at in range(0, len(body), 9973)
    )
    raw = attacks.call(framed + b"0\r\n\r\n", ("Transfer-Encoding", "chunked"), content_length=None, **line)
    before = len(numerai.got)

    answer = one(lab, raw if chunked else attacks.call(body, **line), to=attacks.UPLOADS)
    time.sleep(LATER)

    arrived = numerai.got[before:]  # none at all where the connection was cut that fast
    assert not any(b"nab-placeholder" in got["body"] for got in arrived)
    assert all(got.get("broken") for got in arrived)
    assert not answer.startswith("HTTP/1.1 200")
    assert any(
        line["denied"]["rule"] == "key"
        for line in lab.written()
        if line.get("denied") and line["path"] == "/upload"
    )


def test_the_sixth_diagnostics_in_a_minute_is_told_to_wait(world):
    lab, _ = world
    query = f'mutation {{ createDiagnostics(filename: "p", tournament: 8, modelId: "{MINE.id}") {{ id }} }}'

    calls = [attacks.Attack(str(n), attacks.call(attacks.asking(query))) for n in range(8)]
    answers = [row["answer"] for row in sent(lab, calls)]
    came = [
        answer for answer in answers if answer.startswith("HTTP/1.1 ")
    ]  # the others never reached the proxy

    assert len(came) >= 6, answers
    assert [answer[9:12] for answer in came] == ["200"] * 5 + ["429"] * (len(came) - 5)
    told = re.search(r"retry-after: (\d+)", came[5].lower())
    assert told and 0 < int(told[1]) <= 12


def test_nothing_that_is_kept_has_a_real_key(world):
    lab, _ = world

    assert "REALSECRETKEY" not in lab.record.read_text(encoding="utf-8") + lab.proxy.logs().decode()
    assert HELD.partition("$")[2] not in lab.proxy.logs().decode()
