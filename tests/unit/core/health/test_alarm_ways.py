import pytest

from nab.core.health import alarm_ways
from nab.core.health.alarm_ways import AlarmSettings


def addresses(**settings):
    return [way.addresses for way in alarm_ways.ways(AlarmSettings(**settings))]


def test_a_way_is_named_by_its_service_and_its_place_and_by_nothing_of_its_secret():
    urls = ("ntfy://secret", "tgram://secret/1", "secret", "SECRET://x", "se-cret://x")

    named = [way.name for way in alarm_ways.ways(AlarmSettings(urls=urls))]

    assert named == ["ntfy (1)", "tgram (2)", "address (3)", "address (4)", "address (5)"]
    assert "secret" not in repr(alarm_ways.ways(AlarmSettings(urls=urls))).lower()


def test_nothing_secret_is_in_what_the_settings_look_like():
    settings = AlarmSettings(urls=("ntfy://secret",), webhook="secret", email="secret", password="secret")

    assert repr(settings) == "AlarmSettings(urls=1, email=True, webhook=True)"


@pytest.mark.parametrize(
    ("settings", "begins"),
    [
        ({"smtp": "mail.example.org:465", "user": "u@x.org", "password": "p/@"},
         ["mailtos://u%40x.org:p%2F%40@mail.example.org:465?"]),
        ({"smtp": "mail.example.org:587", "user": "u", "password": "p"}, ["mailtos://u:p@mail.example.org:587?"]),
        ({"smtp": "localhost:25", "user": "u", "password": "p"}, ["mailtos://u:p@localhost:25?", "mailto://u:p@"]),
        ({}, ["mailtos://localhost:25?", "mailto://localhost:25?"]),
    ],
    ids=["465", "a password to another machine", "a password to this machine", "no password"],
)  # fmt: skip
def test_a_password_goes_over_tls_and_what_has_none_goes_over_it_where_the_server_can(settings, begins):
    ((*found,),) = addresses(email="ops@example.org", **settings)

    assert len(found) == len(begins)
    assert all(one.startswith(begin) for one, begin in zip(found, begins, strict=True))
    assert all("to=ops%40example.org" in one for one in found)


@pytest.mark.parametrize("smtp", ["", "mail.example.org", ":25", "mail.example.org:smtp"])
def test_a_mail_server_that_is_none_is_refused(smtp):
    with pytest.raises(ValueError, match="smtp has to be a host and a port"):
        addresses(email="a@b", smtp=smtp)


def test_a_webhook_keeps_its_path_and_its_query():
    ((found,),) = addresses(webhook="https://me:pw@example.org:8443/hooks/abc?x=1&y=a%20b")

    assert found.startswith("jsons://me:pw@example.org:8443/hooks/abc?-x=1&-y=a+b&")


@pytest.mark.parametrize("webhook", ["example.org/hook", "ftp://example.org/x", "https:///x"])
def test_a_webhook_that_is_none_is_refused(webhook):
    with pytest.raises(ValueError, match="webhook has to be an address"):
        addresses(webhook=webhook)
