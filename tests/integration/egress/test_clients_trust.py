"""Every client that an agent is likely to use trusts the proxy, told of it or deaf to it, without doing anything."""

import threading
import uuid

import pytest

from nab.actions.boxes import canary, client_check
from nab.config import Limits
from nab.core.recording.calls import canaries, client_coverage
from nab.edges.docker import agent_box, boxes
from nab.paths import AgentFolder
from support.engines import engines, node_images
from support.repository.benches import REPOSITORY
from support.servers import proxies

pytestmark = pytest.mark.timeout(600)

OURS = {"curl", "wget", "git", "login shell", "pip of a new environment"}
CONTROL = {"aiohttp", "numerapi", "requests", "urllib3", "urllib", "http.client", "pip"}
NODE = {"node fetch", "node https", "npm", "uv", "httpx"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with proxies.lab(tmp_path_factory.mktemp("trust")) as made:
        yield made


def order(lab, image: str) -> agent_box.AgentBox:
    """An agent's box on a lab's network."""
    control = lab.root / "control"
    control.mkdir(exist_ok=True)
    (control / agent_box.RESOLVER).write_text(f"nameserver {lab.address}\n", encoding="ascii")
    return agent_box.AgentBox(
        name=f"nab-test-{uuid.uuid4().hex[:8]}",
        image=image,
        command=("sleep", "1"),
        network=lab.network,
        workspace=AgentFolder(lab.root / "workspace"),
        control=control,
        trusted=lab.trusted,
        limits=Limits(cpus=2, memory_gib=2),
        labels={},
        environment=proxies.proxy_box.client_environment(),
    )


@pytest.mark.parametrize("kind", ["control", "node"])
def test_every_client_of_an_image_trusts_the_proxy_with_its_variables_and_without(lab, kind):
    image = engines.image_or_skip("nab/control") if kind == "control" else node_images.image_or_skip()

    found = client_check.look(lab.client, order(lab, image), str(lab.root))

    print(client_coverage.table(found))
    names = {client.client.partition(" (")[0] for client in found.clients}
    assert names >= OURS | (CONTROL if kind == "control" else NODE), found
    assert found.uncovered == ()


def test_the_calls_of_the_check_are_on_record_and_left_the_box_both_ways(lab):
    lines = lab.lines(2, host="self-test.nab.example", path="/")

    assert {line["via"] for line in lines} == {"proxy", "name"}
    assert {line["status"] for line in lines} == {200}


def test_a_canary_goes_over_every_way_out_and_all_of_it_is_on_record(lab):
    text = (REPOSITORY / "images" / "canary" / "canary.py").read_text()
    plan = canary.options(order(lab, node_images.image_or_skip()), str(lab.root), "a-run", text, "a-mark")

    answers = canaries.read(canary.printed(lab.client, plan))
    assert isinstance(answers, dict), answers
    found = canary.on_record(lab.record, 0, "a-mark", set(answers), threading.Event())
    fact = canaries.seen("work-1", "a-mark", answers, found)

    ways = {f"{client}.{way}" for client in ("curl", "python", "node") for way in ("proxy", "name")}
    assert set(fact.channels) == ways | {"curl.plain"}
    assert canaries.trouble(fact) == ""
    assert boxes.find(lab.client, {canary.OF_RUN: "a-run"}) == []


def test_a_box_without_trust_is_told_as_one_whose_clients_fail(lab):
    engines.image_or_skip("nab/base")
    plan = client_check.options(order(lab, "nab/base"), str(lab.root))
    plan["volumes"] = {here: told for here, told in plan["volumes"].items() if "resolv" in told["bind"]}
    box = lab.client.containers.create(**plan)
    try:
        box.start()
        box.wait(timeout=90)
        found = client_coverage.read(b"".join(boxes.output(lab.client, box.id, follow=False)))
    finally:
        box.remove(force=True)

    assert {client.client for client in found.uncovered} >= {
        "curl",
        "git",
        "wget",
        "pip of a new environment",
    }
    assert "certificate" in client_coverage.table(found).lower()


def test_the_check_leaves_no_box_behind(lab):
    assert boxes.find(lab.client, {client_check.CHECKED: str(lab.root)}) == []
