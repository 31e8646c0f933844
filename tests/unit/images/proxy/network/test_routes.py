import pytest
from addons import selftest
from network import routes
from orders import Orders, parse


def played(numerai="live", models="live"):
    return routes.ways(Orders("r", "s", "10.0.0.2", numerai, models))


@pytest.mark.parametrize(
    ("numerai", "models", "names"),
    [
        ("live", "live", []),
        ("local", "live", ["local tournament"]),
        ("live", "scripted", ["scripted models"]),
        ("local", "scripted", ["local tournament", "scripted models"]),
    ],
)
def test_the_orders_say_which_stand_ins_are_played(numerai, models, names):
    assert [way.name for way in played(numerai, models)] == names


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api-tournament.numer.ai", "local tournament"),
        ("API.Anthropic.com.", "scripted models"),
        ("api.openai.com", "scripted models"),
        ("generativelanguage.googleapis.com", "scripted models"),
    ],
)
def test_a_host_leads_to_its_stand_in_however_it_is_spelt(host, name):
    assert routes.way_to(host, played("local", "scripted")).name == name


@pytest.mark.parametrize(
    "host", ["chatgpt.com", "eu.api.openai.com", "pypi.org", "api.openai.com.evil.example"]
)
def test_every_other_host_leads_to_no_stand_in(host):
    assert routes.way_to(host, played("local", "scripted")) is None


def test_live_models_have_no_stand_in():
    assert routes.way_to("api.openai.com", played("local")) is None


def test_stand_ins_share_no_socket_and_no_port_with_anybody():
    ways = played("local", "scripted")

    assert len({way.socket for way in ways}) == len(ways)
    assert len({*(way.relay for way in ways), selftest.HERE}) == len(ways) + 1


def test_orders_that_say_nothing_of_models_mean_the_vendors():
    told = parse('{"run": "r", "session": "s", "address": "a", "numerai": "local"}')

    assert (told.models, [way.name for way in routes.ways(told)]) == ("live", ["local tournament"])


VLLM = {
    "answers": "openai",
    "hosts": [
        {"name": "vllm.models.nab.example", "scripted": True, "address": "192.168.1.20", "port": 8000,
         "header": "gpu:8000"},
        {"name": "router.example", "scripted": True, "address": ""},
    ],
}  # fmt: skip


def test_a_server_of_our_network_is_reached_at_its_address_and_port_by_the_name_that_a_box_has_for_it():
    orders = Orders("r", "s", "10.0.0.2", "live", "live", providers={"vllm": VLLM})

    ((name, host),) = routes.servers(orders).items()
    assert (name, host.leads_to, host.header) == (
        "vllm.models.nab.example",
        ("192.168.1.20", 8000),
        "gpu:8000",
    )


def test_scripted_models_answer_for_our_own_providers_and_nothing_leads_into_our_network():
    orders = Orders("r", "s", "10.0.0.2", "live", "scripted", providers={"vllm": VLLM})

    assert routes.servers(orders) == {}
    assert routes.way_to("vllm.models.nab.example", routes.ways(orders)).name == routes.MODELS
    assert routes.way_to("router.example", routes.ways(orders)).name == routes.MODELS
