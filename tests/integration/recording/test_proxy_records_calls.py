"""The real proxy in its box, a client's box behind it, and a small server in the local tournament's place."""

import hashlib
import json
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from nab.edges.docker import proxy_box
from support.servers import proxies

API = "https://api-tournament.numer.ai"
DATASETS = "https://numerai-datasets-us-west-2.s3.amazonaws.com"
BIG = 20 << 20
QUERY = "{ rounds(tournament: 8) { number } }"


class Tournament:
    """Answers like Numerai's API as far as the proxy looks."""

    def __init__(self, folder):
        routes = [Route("/", self.api, methods=["POST"]), Route("/big", self.big)]
        config = uvicorn.Config(Starlette(routes=routes), uds=str(folder / "api.sock"), log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def api(self, request):
        await request.json()
        return JSONResponse({"data": {"rounds": [{"number": 1269, "token": "hunter2hunter2"}]}})

    async def big(self, _request):
        pieces = (b"x" * (1 << 20) for _ in range(BIG >> 20))
        return StreamingResponse(pieces, headers={"content-length": str(BIG)})

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("lab")
    (root / "socket").mkdir()
    with Tournament(root / "socket"), proxies.lab(root) as lab:
        yield lab


def post(query, *more):
    body = json.dumps({"query": query, "variables": None})
    return ("curl", "-sS", API + "/", "-H", "content-type: application/json", "-d", body, *more)


def kept(lab, call, which):
    """Return the line of bodies.jsonl that a call's line points to."""
    with lab.record.with_name("bodies.jsonl").open("rb") as file:
        file.seek(call["body"][which])
        return json.loads(file.readline())


def test_a_call_to_numerais_api_is_recorded_with_its_bodies_and_without_its_secrets(lab):
    asked = post(QUERY, "-H", f"Authorization: {proxies.HELD}")
    printed = lab.run(*asked)

    line = next(line for line in lab.lines(path="/", status=200) if line["graphql"])

    assert json.loads(printed)["data"]["rounds"][0]["number"] == 1269
    assert line["graphql"] == {"operation": "query", "fields": ["rounds"], "submission": None}
    assert (line["host"], line["scheme"], line["port"], line["via"]) == (
        "api-tournament.numer.ai",
        "https",
        443,
        "proxy",
    )
    assert (line["category"], line["method"], line["denied"]) == ("numerai-api", "POST", None)
    body = json.dumps({"query": QUERY, "variables": None}).encode()
    assert line["request_bytes"] == len(body)
    assert line["request_sha256"] == hashlib.sha256(body).hexdigest() == kept(lab, line, "request")["sha256"]
    assert json.loads(kept(lab, line, "request")["text"])["query"] == QUERY
    answer = kept(lab, line, "response")
    assert json.loads(answer["text"])["data"]["rounds"][0]["number"] == 1269
    assert "hunter2" not in answer["text"]
    assert line["request_header_bytes"] > 100 and line["response_header_bytes"] > 50


def test_a_large_download_is_streamed_counted_hashed_and_announced(lab):
    size = lab.run(
        *("curl", "-sSf", f"{DATASETS}/big?X-Amz-Signature=abcdef", "-o", "/dev/null"),
        *("-w", "%{size_download}"),
    )

    (done,) = lab.lines(path="/big", phase="done", via="proxy")
    (start,) = lab.lines(path="/big", phase="start", via="proxy")
    assert int(size) == done["response_bytes"] == BIG
    assert done["response_sha256"] == hashlib.sha256(b"x" * BIG).hexdigest()
    assert start["id"] == done["id"]
    assert done["first_byte_seconds"] <= done["seconds"]
    assert "abcdef" not in done["query"]


def test_a_client_that_ignores_the_proxy_variables_is_recorded_as_one(lab):
    lab.run(
        "env", "-u", "HTTPS_PROXY", "-u", "https_proxy", "curl", "-sSf", f"{DATASETS}/big", "-o", "/dev/null"
    )

    assert lab.lines(path="/big", phase="done", via="name")


def test_the_proxy_holds_no_body_in_memory(lab):
    pid = lab.client.api.inspect_container(lab.proxy.id)["State"]["Pid"]
    try:
        rows = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, PermissionError):
        pytest.skip("the engine's processes are not ours to look at")

    (peak,) = [int(row.split()[1]) for row in rows if row.startswith("VmHWM")]
    assert peak < 150_000


def test_a_client_that_does_not_trust_the_proxy_is_recorded(lab):
    lab.tried("curl", "-sS", "--cacert", "/dev/null", f"{API}/never")

    assert any("TLS with the client failed" in line["error"] for line in lab.lines(method="CONNECT"))


def test_a_flood_of_refusals_is_told_by_its_number(lab):
    before = lab.record.stat().st_size
    flood = "for i in $(seq 10); do curl -s -o /dev/null 'http://10.9.8.7/[1-60]'; done"
    lab.run("bash", "-c", flood)

    deadline = time.monotonic() + 30
    while True:
        told = [line for line in lab.written() if line["host"] == "10.9.8.7"]
        folded = [line for line in lab.everything() if line["phase"] == "folded"]
        count = len(told) + sum(line["count"] for line in folded if line["host"] == "10.9.8.7")
        if count == 600 or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert count == 600 and folded
    assert len(told) < 60
    assert lab.record.stat().st_size - before < 100_000


def test_the_real_secret_is_nowhere_that_is_kept(lab):
    kept = [file for file in lab.record.parent.rglob("*") if file.is_file()]
    written = b"".join(file.read_bytes() for file in kept) + lab.proxy.logs()

    assert b"REALSECRETKEY" not in written
    assert "REALSECRETKEY" not in json.dumps(lab.client.api.inspect_container(lab.proxy.id))
    assert "REALSECRETKEY" not in lab.run("env")


def test_many_calls_at_once_are_whole_lines_with_numbers_that_have_no_hole(lab):
    calls = "for i in 1 2 3 4 5 6 7 8; do curl -sS {}/none-$i -o /dev/null & done; wait"
    lab.run("bash", "-c", calls.format(DATASETS))

    found = lab.lines(least=8, host="numerai-datasets-us-west-2.s3.amazonaws.com", status=404)
    assert len({line["id"] for line in found}) == len(found)
    numbers = [line["seq"] for line in lab.everything()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.fixture
def own(tmp_path):
    """A lab for a test that ends or starves its proxy."""
    (tmp_path / "socket").mkdir()
    with Tournament(tmp_path / "socket"):
        yield tmp_path


def test_a_light_session_keeps_no_bodies(own):
    with proxies.lab(own, light=True) as lab:
        lab.run(*post(QUERY))

        (line,) = lab.lines(path="/")
        assert line["body"] is None
        assert not lab.record.with_name("bodies.jsonl").exists()


def test_a_proxy_that_ends_in_order_says_so_and_what_it_covered(own):
    with proxies.lab(own) as lab:
        lab.run("curl", "-sSf", f"{DATASETS}/big", "-o", "/dev/null")
        lab.proxy.stop(timeout=10)

        first, *_, coverage, last = lab.everything()
        assert (first["phase"], first["event"], first["torn_bytes"]) == ("proxy", "start", 0)
        assert (last["phase"], last["event"], last["life"]) == ("proxy", "end", first["life"])
        assert first["versions"]["mitmproxy"]
        assert coverage["phase"] == "coverage"
        assert coverage["counted_response"] > BIG
        assert 0.97 < coverage["response_ratio"] < 1.01
        assert coverage["silent"] == 0 and coverage["connections"] == coverage["calls"] == 1


def test_a_killed_proxy_leaves_all_it_wrote_and_its_successor_goes_on_in_the_same_file(own):
    with proxies.lab(own) as lab:
        lab.run(*post(QUERY))
        lab.box.exec_run(
            ["curl", "-sS", "--limit-rate", "200k", f"{DATASETS}/big", "-o", "/dev/null"], detach=True
        )
        (cut_off,) = lab.lines(path="/big", phase="start")
        lab.proxy.kill("SIGKILL")
        before = lab.record.read_bytes()
        with lab.record.open("ab") as file:
            file.write(b'{"schema":2,"half a line, as after a power c')

        again = proxies.start_proxy(lab.place, {}, {})
        lab.made.append(again)
        lab.run(*post(QUERY))
        lab.lines(least=2, path="/", phase="done")

        assert lab.record.read_bytes().startswith(before)
        lives = [line for line in lab.everything() if line["phase"] == "proxy"]
        assert [line["event"] for line in lives] == ["start", "start"]
        assert lives[0]["life"] != lives[1]["life"] and lives[1]["torn_bytes"] == 44
        assert [line["phase"] for line in lab.written() if line["id"] == cut_off["id"]] == ["start"]


RECORD_OF_ITS_OWN = {"tmpfs": {"/tmp": "size=64m,mode=1777", proxy_box.RECORD: "size=2m,mode=1777"}}


def read_inside(lab, file="http.jsonl"):
    printed = lab.proxy.exec_run(["cat", f"/record/{file}"]).output
    assert printed.endswith(b"\n")
    return [json.loads(line) for line in printed.splitlines()]


def inside(lab, command):
    return lab.proxy.exec_run(["bash", "-c", command])


def test_with_a_full_disk_nothing_passes_what_was_written_stays_and_the_gap_is_told(own):
    with proxies.lab(own, change=RECORD_OF_ITS_OWN) as lab:
        lab.run(*post(QUERY))
        lab.box.exec_run(
            ["curl", "-sS", "--limit-rate", "5M", f"{DATASETS}/big", "-o", "/dev/null"], detach=True
        )
        time.sleep(1)
        inside(lab, "cat /dev/zero > /record/ballast")
        before = read_inside(lab)

        many = f"{DATASETS}/none-[1-1500]"  # the room that was put aside is used up first
        codes = lab.run("curl", "-s", many, "-o", "/dev/null", "-w", "%{http_code}\n").split()
        refused = codes.count("503")
        assert 0 < refused < len(codes)
        assert codes == ["404"] * (len(codes) - refused) + ["503"] * refused
        assert "the record cannot be written" in lab.run("curl", "-sS", f"{DATASETS}/none")
        time.sleep(4)
        full = read_inside(lab)
        assert full[: len(before)] == before
        assert [line["phase"] for line in full if line.get("path") == "/big"] == ["start", "done"]

        inside(lab, "rm /record/ballast")
        time.sleep(2.5)
        assert lab.run("curl", "-s", f"{DATASETS}/again", "-o", "/dev/null", "-w", "%{http_code}") == "404"

        lines = read_inside(lab)
        (gap,) = [line for line in lines if line["phase"] == "gap"]
        assert (gap["refused"], gap["lost"]) == (refused + 1, 0)
        assert gap["since"] < gap["until"]
        assert lines[-1]["path"] == "/again"
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
