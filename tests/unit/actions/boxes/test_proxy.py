import shutil
import threading
from types import SimpleNamespace

import msgspec
import pytest

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.boxes.proxy import Coming, Connection
from nab.config import Settings, load
from nab.core.errors import NabError
from support.repository.benches import REPOSITORY
from support.repository.vendors import VENDORS

ADDED = '[providers.openai]\nallow = ["POST /v1/embeddings"]\n'
NETWORK = Connection({}, "10.0.0.2")
CODEX = SimpleNamespace(intended=SimpleNamespace(agent="codex"))


@pytest.fixture
def bench(tmp_path):
    """A bench on a copy of the images, with one call more for OpenAI's key."""
    for room in ("agents/codex", "agents/random", "providers"):
        shutil.copytree(REPOSITORY / "images" / room, tmp_path / "images" / room)
    (tmp_path / "nab.toml").write_text(ADDED, encoding="utf-8")
    config = load(tmp_path / "nab.toml", tmp_path / "state")
    return Bench(msgspec.structs.replace(config, repository=tmp_path), "test")


def narrow(bench, calls):
    file = bench.config.images / "agents/codex/agent.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[[cli.auth]]", f"calls = {calls}\n\n[[cli.auth]]", 1), encoding="utf-8")


def test_a_proxy_is_told_every_vendors_list_and_what_nab_toml_adds(bench):
    told = proxy.calls(bench, CODEX)

    assert told["anthropic"] == VENDORS["anthropic"].calls
    assert told["openai"] == (*VENDORS["openai"].calls, "POST api.openai.com/v1/embeddings")


def test_an_agents_folder_takes_calls_of_its_own_vendor_away(bench):
    narrow(bench, "[]")

    assert proxy.calls(bench, CODEX)["openai"] == ("POST api.openai.com/v1/embeddings",)
    assert proxy.calls(bench, SimpleNamespace(intended=SimpleNamespace(agent="random")))["openai"][:1] == (
        "POST api.openai.com/v1/responses",
    )


def test_an_agents_folder_that_asks_for_more_keeps_its_proxy_from_starting(bench):
    narrow(bench, '["POST /v1/embeddings"]')  # nab.toml has it; the folder may not

    with pytest.raises(
        NabError, match=r"is more than OpenAI's key is for: only nab.toml can widen that"
    ) as raised:
        proxy.calls(bench, CODEX)
    assert raised.value.exit_code == 2


def test_a_proxy_is_told_when_a_segment_is_over_and_what_of_the_disk_is_others(bench, monkeypatch):
    monkeypatch.setattr(proxy.keys, "ring", lambda config: {})
    intended = SimpleNamespace(agent="random", model_id="m", model="n", siblings={})
    limits = {"segment_mib": 0.5, "segment_period": "day", "min_free_gib": 1}
    settings = msgspec.convert({"recording": limits}, Settings)
    config = msgspec.structs.replace(bench.config, settings=settings)

    told = proxy.told(
        Bench(config, "test"), SimpleNamespace(name="r", intended=intended), "work", "10.0.0.2", light=True
    )

    assert (told.segment_bytes, told.segment_period) == (1 << 19, "day")
    assert told.spare_bytes == (1 << 30) // 10


def test_a_proxy_begins_beside_what_is_done_meanwhile_and_is_waited_for_when_it_is_asked(bench, monkeypatch):
    meanwhile, asked = threading.Event(), []
    monkeypatch.setattr(proxy, "connect", lambda bench, run: NETWORK)
    monkeypatch.setattr(proxy, "wait_for", lambda bench, run, session, coming, *, light: asked.append(coming))

    def begin(own, run, session, connection, *, light):
        assert own is not bench and connection is NETWORK and meanwhile.wait(60)
        return Coming("a-box", is_new=True)

    monkeypatch.setattr(proxy, "begin", begin)

    with proxy.beginning(bench, CODEX, "work") as until_it_is_ready:
        meanwhile.set()
        assert asked == []
        until_it_is_ready()

    assert asked == [Coming("a-box", is_new=True)]


def test_what_goes_wrong_with_a_proxy_is_raised_where_it_is_waited_for(bench, monkeypatch):
    def begin(*_, **__):
        raise NabError("no free network")

    monkeypatch.setattr(proxy, "connect", lambda bench, run: NETWORK)
    monkeypatch.setattr(proxy, "begin", begin)

    with (
        pytest.raises(NabError, match="no free network"),
        proxy.beginning(bench, CODEX, "work") as until_it_is_ready,
    ):
        until_it_is_ready()


@pytest.mark.parametrize(
    ("was_new", "answers", "removed"), [(False, [False, True], ["old"]), (True, [False], [])]
)
def test_a_proxy_that_was_there_and_is_dead_is_replaced_once_and_a_new_one_is_not(
    bench, monkeypatch, was_new, answers, removed
):
    gone = []
    bench.__dict__["engine"] = None
    monkeypatch.setattr(proxy, "becomes_ready", lambda bench, box: answers.pop(0))
    monkeypatch.setattr(proxy, "connect", lambda bench, run: NETWORK)
    monkeypatch.setattr(proxy, "begin", lambda *_, **__: Coming("new", is_new=True))
    monkeypatch.setattr(proxy, "output", lambda bench, box: "it said why")
    monkeypatch.setattr(proxy.boxes, "remove", lambda engine, box: gone.append(box))

    def wait():
        proxy.wait_for(bench, CODEX, "work", Coming("old", is_new=was_new))

    if was_new:
        with pytest.raises(NabError, match="the proxy did not start: it said why"):
            wait()
    else:
        wait()
    assert gone == removed


def test_a_proxy_is_told_of_our_own_providers_and_their_calls(bench):
    (bench.config.images.parent / "nab.toml").write_text(
        '[providers.vllm]\nbase_url = "http://192.168.1.20:8000/v1"\nkey = "none"\n', encoding="utf-8"
    )
    config = load(bench.config.images.parent / "nab.toml", bench.config.paths.root)
    own = Bench(msgspec.structs.replace(config, repository=bench.config.repository), "test")

    assert proxy.calls(own, CODEX)["vllm"] == ("POST vllm.models.nab.example/v1/chat/completions",)
    told = proxy.own_providers(own.config)["vllm"]
    assert (told["answers"], told["hosts"][0]["address"], told["hosts"][0]["port"]) == (
        "openai",
        "192.168.1.20",
        8000,
    )
