import pytest

from nab.core.agents.own_providers import PROTOCOLS, Told, own_provider
from nab.core.agents.providers import narrowed, read_calls

LOCAL = Told(base_url="http://192.168.1.20:8000/v1", key="none")


def of(name="acme", **told):
    return own_provider(name, Told(**told))


def test_a_public_server_is_asked_under_its_own_name_with_its_key():
    provider = of(base_url="https://openrouter.ai/api/v1/", prices="openrouter")

    assert provider.url == "https://openrouter.ai/api/v1"
    assert provider.calls == ("POST openrouter.ai/api/v1/chat/completions",)
    assert provider.hosts[0].keys == ("authorization: Bearer {api_key}",)
    assert "nab-placeholder" in provider.placeholders["api_key"]
    assert (provider.answers, provider.prices, provider.hosts[0].address) == ("openai", "openrouter", "")


def test_a_host_alone_is_a_base_url():
    assert of(base_url="openrouter.ai").calls == ("POST openrouter.ai/chat/completions",)


@pytest.mark.parametrize(
    "told", [LOCAL, Told(base_url="http://gpu-box:8000/v1", address="192.168.1.20", key="none")]
)
def test_a_server_with_a_private_address_has_a_name_of_ours_in_the_box(told):
    (host,) = (provider := own_provider("vllm", told)).hosts

    assert provider.url == "https://vllm.models.nab.example/v1"
    assert (host.name, host.address, host.port) == ("vllm.models.nab.example", "192.168.1.20", 8000)
    assert host.header in {"192.168.1.20:8000", "gpu-box:8000"}
    assert (provider.fields, host.keys) == ({}, ())


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_has_the_paths_of_its_clients(protocol):
    provider = of(base_url="https://api.acme.example", protocol=protocol, key="x-api-key")

    assert provider.answers == PROTOCOLS[protocol].answers
    assert len(provider.calls) == len(PROTOCOLS[protocol].paths)
    assert provider.hosts[0].keys == ("x-api-key: {api_key}",)


def test_the_paths_are_those_that_are_told():
    provider = of(base_url="https://api.acme.example/v1", paths=("GET /models", "POST /chat/completions"))

    assert provider.calls == ("GET api.acme.example/v1/models", "POST api.acme.example/v1/chat/completions")
    assert narrowed(provider, ["GET /v1/models"]) == ("GET api.acme.example/v1/models",)
    assert read_calls(own_provider("vllm", LOCAL), ["GET /v1/models"]) == (
        "GET vllm.models.nab.example/v1/models",
    )


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({}, "base_url is missing"),
        ({"base_url": "ftp://a.example"}, "base_url"),
        ({"base_url": "https://a.example?x=1"}, "base_url"),
        ({"base_url": "https://a.example/v1#x"}, "base_url"),
        ({"base_url": "https://key@a.example"}, "base_url"),
        ({"base_url": "https://a.example:99999"}, "base_url"),
        ({"base_url": "https://a.example/../v1"}, "base_url"),
        ({"base_url": "https://a.example/{x}"}, "base_url"),
        ({"base_url": "https://[::1]/v1"}, "base_url"),
        ({"base_url": "http://a.example"}, "over https"),
        ({"base_url": "https://a.example:8443"}, "port 443"),
        ({"base_url": "https://gpu-box/v1"}, "no public name"),
        ({"base_url": "https://gpu.lan/v1"}, "no public name"),
        ({"base_url": "https://api-tournament.numer.ai"}, "no host of models"),
        ({"base_url": "https://vllm.models.nab.example"}, "no host of models"),
        ({"base_url": "https://192.168.1.20/v1"}, "over http"),
        ({"base_url": "http://127.0.0.1:11434/v1"}, "no private IPv4"),
        ({"base_url": "http://169.254.169.254"}, "no private IPv4"),
        ({"base_url": "http://100.100.100.200"}, "no private IPv4"),
        ({"base_url": "http://8.8.8.8/v1"}, "no private IPv4"),
        ({"base_url": "http://gpu:1/v1", "address": "gpu.lan"}, "no private IPv4"),
        ({"base_url": "http://10.0.0.1/v1", "address": "10.0.0.2"}, "base_url has another one"),
        (
            {"base_url": "https://a.example", "protocol": "smoke"},
            "protocol: 'smoke' is none of chat, responses",
        ),
        ({"base_url": "https://a.example", "key": "cookie"}, "key: 'cookie' is none of bearer"),
        ({"base_url": "https://a.example", "paths": ("POST /../x",)}, "paths: 'POST /../x' is no call"),
        ({"base_url": "https://a.example", "paths": ("POST b.example/x",)}, "is no call"),
    ],
)
def test_what_is_no_provider_is_one_sentence_with_the_key_that_is_wrong(told, complaint):
    with pytest.raises(ValueError, match=complaint):
        of(**told)


@pytest.mark.parametrize("name", ["", "numerai", "Acme", "a.b", "a_b", "../x", "-a", "a" * 32])
def test_a_name_is_a_part_of_a_hosts_and_of_a_files(name):
    with pytest.raises(ValueError, match="not a valid name for a provider"):
        of(name, base_url="https://a.example")


def test_a_private_address_is_for_nab_toml_alone():
    with pytest.raises(ValueError, match=r"nab\.toml alone"):
        own_provider("vllm", LOCAL, may_be_private=False)
