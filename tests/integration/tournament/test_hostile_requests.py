"""What a careless or hostile client sends: a clear error, and the tournament lives on."""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
import requests

from support.servers.local_tournaments import Server, predictions

MIB = 1024 * 1024
PACE = ("--rounds-every", "40", "--window", "34", "--rate-limits", "none", "--model", "ours")
SUBMISSION_AUTH = "query($f: String!){ submission_upload_auth(filename: $f) { filename url } }"
CREATE = "mutation($f: String!){ create_submission(filename: $f, tournament: 8) { id } }"
BOMB = "fragment f0 on Round { number } " + " ".join(
    f"fragment f{n} on Round {{ ...f{n - 1} ...f{n - 1} }}" for n in range(1, 40)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("h") / "s", *PACE)
    before = files_of(running)
    yield running
    assert running.alive()
    assert {path for path in files_of(running) - before if "uploads" not in path.parts} <= live_of(running)
    assert running.ends() == 0
    assert not [line for line in running.printed if "Traceback" in line]


@pytest.fixture
def api(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return server.client(monkeypatch)


def files_of(server: Server) -> set[Path]:
    return {path for path in server.state.parent.rglob("*") if path.is_file()}


def live_of(server: Server) -> set[Path]:
    return {p for p in files_of(server) if "live" in p.parts or p.name.startswith("tournament.db")}


def post(server: Server, body: Any) -> requests.Response:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(server.url, data=text, headers={"Content-Type": "application/json"}, timeout=60)


QUERIES = {
    "broken": "{ rounds {",
    "nothing": "",
    "endless braces": "{" * 100_000,
    "endless lists": "{ rounds(number: " + "[" * 30_000 + "]" * 30_000 + ") { number } }",
    "deep selection": "{ rounds " + "{ rounds " * 900 + "{ number }" + "}" * 901,
    "fragment bomb": "{ rounds { ...f39 } } " + BOMB,
    "fragment bomb at the root": BOMB.replace("Round", "RootQueryType").replace("number", "__typename")
    + "{...f39}",
    "fragment in itself": "{ rounds { ...a } } fragment a on Round { ...b } fragment b on Round { ...a }",
    "too many fields": "{ " + " ".join(f"a{n}: rounds {{ number }}" for n in range(900)) + " }",
    "deep introspection": "{ __schema { types " + "{ fields { type " * 8 + "{ name }" + "} }" * 8 + " } }",
    "a number without end": "{ rounds(number: " + "9" * 10_000 + ") { number } }",
    "a number too large": "{ rounds(number: 99999999999999999999) { number } }",
    "half a character": '{ dataset(filename: "\\uD800") }',
    "a name without end": "{ " + "a" * 500_000 + " }",
    "a path for a file": '{ dataset(filename: "../../../../etc/passwd") }',
    "an unknown round": '{ dataset(filename: "v5.3/live.parquet", round: -1) }',
    "a negative limit": "{ rounds(limit: -1) { number } }",
    "a list for a name": "query($m: [ID]) { submissionScores(modelId: $m, displayName: [1]) { day } }",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_that_makes_no_sense_gets_an_error_or_nothing(server, query):
    answer = post(server, {"query": query, "variables": {"m": ["x"]}})
    found = answer.json()

    assert answer.status_code == 200
    assert found.get("errors") or found["data"] == {"rounds": []}
    assert len(answer.content) < 100_000


BODIES = {
    "no JSON": b"{",
    "a list": b"[]",
    "nothing": b"",
    "endless JSON": b"[" * 500_000,
    "no text": b'{"query": "\xff"}',
    "a number without end": b'{"query": ' + b"1" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_request_is_refused(server, body):
    answer = post(server, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "the body must be a JSON object with a query"


@pytest.mark.parametrize("body", [{"query": 5}, {}, {"query": "{ __typename }", "variables": [1]}])
def test_a_request_without_a_query_gets_an_error(server, body):
    assert post(server, body).json()["errors"][0]["message"] == "No query document supplied"


def test_half_a_character_in_a_variable_is_refused(server):
    body = b'{"query": "query($f: String!){ dataset(filename: $f) }", "variables": {"f": "\\ud800"}}'

    assert "invalid value" in post(server, body).json()["errors"][0]["message"]


def test_a_body_of_100_mb_is_refused_and_costs_no_memory(server):
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    answer = post(server, b" " * (100 * MIB))

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["message"] == "the body is too large"
    assert process.memory_info().rss - before < 30 * MIB


def uploaded(api: Any, content: bytes, name: str) -> tuple[str, str]:
    """Upload a file and return its name at the server and what is said about it."""
    auth = api.raw_query(SUBMISSION_AUTH, {"f": name}, authorization=True)["data"]["submission_upload_auth"]
    assert requests.put(auth["url"], data=content, timeout=60).status_code == 200
    with pytest.raises(ValueError, match=r".") as refused:
        api.raw_query(CREATE, {"f": auth["filename"]}, authorization=True)
    return auth["filename"], str(refused.value)


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


FILES = {
    "nothing": ("p.csv", b"", "cannot be read"),
    "bytes": ("p.csv", bytes(range(256)) * 50, "invalid_submission"),
    "an unclosed quote": ("p.csv", b'id,prediction\n"n1,0.5\n', "cannot be read"),
    "no numbers": ("p.csv", b"id,prediction\nn1,many\n", "invalid_submission"),
    "one long line": ("p.csv", b"x" * MIB, "invalid_submission_headers"),
    "too large": ("p.csv", b"id,prediction\n" + b"n1,0.5\n" * (5 * MIB), "the file is too large"),
    "csv called parquet": ("p.parquet", b"id,prediction\nn1,0.5\n", "cannot be read"),
    "the magic word alone": ("p.parquet", b"PAR1" * 5, "cannot be read"),
    "half a parquet": (
        "p.parquet",
        parquet(pd.DataFrame({"id": ["n1"], "prediction": [0.5]}))[:-30],
        "cannot be read",
    ),
    "lists for ids": (
        "p.parquet",
        parquet(pd.DataFrame({"id": [[1]], "prediction": [0.5]})),
        "invalid_submission",
    ),
    "a parquet that unpacks": (
        "p.parquet",
        parquet(pd.DataFrame({"id": np.zeros(20 * MIB, dtype=np.int8), "prediction": 0.5})),
        "the file is too large",
    ),
    "compressed by name": ("p.csv.gz", b"id,prediction\nn1,0.5\n", "Not enough stocks"),
}


@pytest.mark.parametrize(("name", "content", "said"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused_with_the_reason(api, name, content, said):
    assert said in uploaded(api, content, name)[1]


NAMES = [
    "../../../escaped.csv",
    "/etc/passwd",
    "..",
    "a/../../b.csv",
    "x\x00.csv",
    "%2e%2e%2fx.csv",
    "",
    "é" * 300,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_name_never_leads_out_of_the_folder(api, server, name):
    called, _ = uploaded(api, b"id,prediction\nn1,0.5\n", name)

    assert set(called) & {"/", "\\", "\x00", "%"} == set()
    assert (server.folder / "uploads" / "submissions" / called).is_file()


def test_a_file_that_was_never_put_or_never_handed_out_is_not_found(api):
    for name in ("predictions.csv", "../../key.json", "submissions/../../key.json"):
        with pytest.raises(ValueError, match="FileNotFoundError"):
            api.raw_query(CREATE, {"f": name}, authorization=True)


PATHS = [
    "/blobs/uploads/../../key.json",
    "/blobs/uploads/%2e%2e/%2e%2e/key.json",
    "/blobs/datasets//etc/passwd",
    "/blobs/datasets/1401/v5.3/..%2f..%2fkey.json?X-Amz-Date=x&X-Amz-Signature=%ff",
    "/blobs/nowhere/x",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_storage_gives_and_takes_nothing_without_a_link(server, method, path):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request(method, path, body=b"x" if method == "PUT" else None)
    answer = connection.getresponse()

    assert answer.status in (403, 404)
    assert b"secret_key" not in answer.read()


def test_ranges_that_make_no_sense_do_no_harm(server, api):
    link = api.raw_query('{ dataset(filename: "v5.3/features.json") }')["data"]["dataset"]
    for asked in ("bytes=9-1", "bytes=a-b", "bytes=99999999999-", "bytes=" + "0-1," * 2_000 + "0-1"):
        assert requests.get(link, headers={"Range": asked}, timeout=30).status_code in (200, 206, 400, 416)


def test_a_good_upload_is_still_taken(server, api):
    frame = predictions(api)
    assert api.upload_predictions(df=frame)
