"""The real proxy in its box, a real client box behind it, and a small server in the tournament's place."""

import json
import threading
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

import engines
from nab.edges import process, proxy_box, trust

pytestmark = pytest.mark.docker

API = "https://api-tournament.numer.ai"
DATASETS = "https://numerai-datasets-us-west-2.s3.amazonaws.com"
UPLOADS = "https://numerai-uploads-us-west-2.s3.amazonaws.com"
KEY = {"public_id": "REALPUBLICID", "secret_key": "REALSECRETKEY"}
BIG = 20 << 20
SIZE = "%{size_download}"
HEADERS = f"Token {proxy_box.PLACEHOLDER_ID}${proxy_box.PLACEHOLDER_SECRET}"


class Tournament:
    """Answers like Numerai's API as far as the proxy looks, and remembers what it was sent."""

    def __init__(self, folder):
        self.seen = []
        routes = [
            Route("/", self.api, methods=["POST"]),
            Route("/big", self.big),
            Route("/upload", self.upload, methods=["PUT"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), uds=str(folder / "api.sock"), log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def api(self, request):
        self.seen.append((request.headers["host"], request.headers.get("authorization")))
        asked = (await request.json())["query"]
        if "mutation" in asked:
            return JSONResponse({"data": {"create_submission": {"id": "5d0a-1"}}})
        return JSONResponse({"data": {"account": {"username": "me"}}})

    async def big(self, _request):
        pieces = (b"x" * (1 << 20) for _ in range(BIG >> 20))
        return StreamingResponse(pieces, headers={"content-length": str(BIG)})

    async def upload(self, request):
        size = sum([len(piece) async for piece in request.stream()])
        return JSONResponse({"size": size})

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
    """A closed network with the proxy and a client on it; `run` runs a command in the client."""
    client = engines.engine_or_skip()
    for image in ("nab/proxy", "nab/base"):
        engines.image_or_skip(image)
    root = tmp_path_factory.mktemp("lab")
    tag = uuid.uuid4().hex[:8]
    trusted = trust.ensure(root / "trust", client)
    (root / "key.json").write_text(json.dumps(KEY), encoding="utf-8")
    (root / "socket").mkdir()
    order = proxy_box.ProxyBox(
        name=f"nab-test-proxy-{tag}",
        run="2026-05-16T130207Z-baseline-l3",
        session="s1",
        numerai="local",
        record=root / "http.jsonl",
        trust=trusted.folder,
        key=root / "key.json",
        user_ids=process.user_ids(),
        socket_folder=root / "socket",
    )
    proxy_box.make_record(order)
    made = []
    network = client.networks.create(f"nab-test-{tag}", internal=True)
    try:
        with Tournament(root / "socket") as tournament:
            proxy = client.containers.create(**proxy_box.options(order))
            made.append(proxy)
            network.connect(proxy, aliases=["proxy"])
            proxy.start()
            wait_until_ready(proxy)
            box = client.containers.create(
                "nab/base",
                ["sleep", "600"],
                init=True,
                network=network.name,
                environment={**proxy_box.client_environment(), **trust.agent_environment()},
                volumes=trust.agent_mounts(trusted),
            )
            made.append(box)
            box.start()
            yield SimpleNamespace(
                run=lambda *argv: ran(box, argv), record=order.record, tournament=tournament, proxy=proxy
            )
    finally:
        for container in made:
            container.remove(force=True)
        network.remove()


@pytest.fixture
def outsider(lab):
    """A server on an ordinary network, which a box without walls would reach."""
    serve = "python3 -m http.server --directory /etc/ssl 8000"
    box = lab.proxy.client.containers.run("nab/base", serve, detach=True, init=True, network="bridge")
    try:
        box.reload()
        url = f"http://{box.attrs['NetworkSettings']['Networks']['bridge']['IPAddress']}:8000/"
        ran(
            box,
            [
                "curl",
                "-sS",
                "--retry",
                "20",
                "--retry-connrefused",
                "--retry-delay",
                "1",
                "-o",
                "/dev/null",
                url,
            ],
        )
        yield SimpleNamespace(run=lambda *argv: ran(box, argv), url=url)
    finally:
        box.remove(force=True)


def wait_until_ready(proxy):
    deadline = time.monotonic() + 60
    while proxy_box.READY.encode() not in proxy.logs():
        assert time.monotonic() < deadline, proxy.logs().decode()
        time.sleep(0.05)


def ran(box, argv):
    code, output = box.exec_run(list(argv))
    assert code == 0, output.decode()
    return output.decode()


def lines(lab, least=1, **wanted):
    """Wait for the recorded calls that have these values: a line is written when its call is over."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        written = [json.loads(line) for line in lab.record.read_text(encoding="utf-8").splitlines()]
        found = [line for line in written if all(line[key] == value for key, value in wanted.items())]
        if len(found) >= least:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no {wanted} in {written}")


def post(query, *more):
    body = json.dumps({"query": query, "variables": None})
    return ("curl", "-sSf", API + "/", "-H", "content-type: application/json", "-d", body, *more)


def test_the_placeholder_is_swapped_for_the_real_key_on_the_way(lab):
    answer = lab.run(*post("{ account { username } }", "-H", f"Authorization: {HEADERS}"))

    assert json.loads(answer)["data"]["account"]["username"] == "me"
    assert lab.tournament.seen[-1] == ("api-tournament.numer.ai", "Token REALPUBLICID$REALSECRETKEY")


def test_a_key_that_is_not_the_placeholder_is_sent_on_as_it_is(lab):
    lab.run(*post("{ account { username } }", "-H", "Authorization: Token other$key"))

    assert lab.tournament.seen[-1][1] == "Token other$key"


def test_a_host_header_does_not_hide_where_a_call_went(lab):
    lab.run(*post("{ account { username } }", "-H", "Host: docs.numer.ai", "-A", "liar"))

    assert lines(lab, host="api-tournament.numer.ai", path="/")
    assert "docs.numer.ai" not in lab.record.read_text(encoding="utf-8")


def test_an_upload_is_recorded_with_its_submission(lab):
    lab.run(*post('mutation { create_submission(filename: "p.csv") { id } }'))

    (line,) = [line for line in lines(lab, path="/") if line["graphql"]["operation"] == "mutation"]

    assert line["graphql"] == {
        "operation": "mutation",
        "fields": ["createSubmission"],
        "submission": "5d0a-1",
    }
    assert (line["host"], line["scheme"], line["port"]) == ("api-tournament.numer.ai", "https", 443)
    assert (line["run"], line["category"], line["status"]) == (
        "2026-05-16T130207Z-baseline-l3",
        "numerai-api",
        200,
    )


def test_a_large_download_is_streamed_counted_and_announced(lab):
    size = lab.run(
        "curl", "-sSf", f"{DATASETS}/big?X-Amz-Signature=abcdef", "-o", "/dev/null", "-w", "%{size_download}"
    )

    (done,) = lines(lab, path="/big", phase="done")
    (start,) = lines(lab, path="/big", phase="start")

    assert int(size) == done["response_bytes"] == BIG
    assert start["id"] == done["id"]
    assert "abcdef" not in done["query"]


def test_a_large_upload_is_streamed_and_counted(lab):
    answer = lab.run("sh", "-c", f"head -c {BIG} /dev/zero | curl -sSf -T - {UPLOADS}/upload")

    (line,) = lines(lab, path="/upload")

    assert json.loads(answer)["size"] == line["request_bytes"] == BIG


def test_the_proxy_holds_no_body_in_memory(lab):
    pid = lab.proxy.client.api.inspect_container(lab.proxy.id)["State"]["Pid"]
    try:
        rows = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, PermissionError):
        pytest.skip("the engine's processes are not ours to look at")

    (peak,) = [int(row.split()[1]) for row in rows if row.startswith("VmHWM")]
    assert peak < 150_000


@pytest.mark.parametrize(
    "command",
    [
        ("curl", "-sSf", f"{DATASETS}/big", "-o", "/dev/null"),
        ("python3", "-c", f"import urllib.request as u; u.urlopen('{DATASETS}/big').read()"),
        (
            "python3",
            "-c",
            f"from pip._vendor import requests; requests.get('{DATASETS}/big').raise_for_status()",
        ),
    ],
    ids=["curl", "urllib", "requests, as pip brings it"],
)
def test_common_clients_trust_the_proxy(lab, command):
    lab.run(*command)


def test_a_client_that_does_not_trust_the_proxy_is_recorded(lab):
    lab.run("sh", "-c", f"! curl -sS --cacert /dev/null {API}/never")

    assert any("TLS with the client failed" in line["error"] for line in lines(lab, method="CONNECT"))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9000/", "http://169.254.169.254/latest", "http://10.0.0.1/"]
)
def test_the_proxys_neighbours_are_out_of_reach(lab, target):
    status = lab.run(
        "curl", "-s", "--noproxy", "", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", target
    )

    assert status == "403"
    assert any("not on the public internet" in line["error"] for line in lines(lab, status=403))


def test_there_is_no_way_around_the_proxy(lab, outsider):
    assert outsider.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", outsider.url) == "200"

    lab.run("sh", "-c", f"! curl -sS --noproxy '*' --max-time 3 {outsider.url}")


def test_the_real_secret_is_nowhere_that_is_kept(lab):
    written = lab.record.read_text(encoding="utf-8") + lab.proxy.logs().decode()

    assert "REALSECRETKEY" not in written
    assert "REALSECRETKEY" not in json.dumps(lab.proxy.attrs)
    assert "REALSECRETKEY" not in lab.run("env")


def test_every_line_is_whole(lab):
    lab.run("sh", "-c", f"for i in 1 2 3 4 5 6 7 8; do curl -sSf {API}/none-$i -o /dev/null & done; wait")

    found = [line for line in lines(lab, least=8, host="api-tournament.numer.ai", status=404)]

    assert len({line["id"] for line in found}) == len(found)
    assert {line["schema"] for line in found} == {1}
