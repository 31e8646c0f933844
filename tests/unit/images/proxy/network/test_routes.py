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
