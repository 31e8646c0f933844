import email
import logging
import socket
from email import policy

import pytest

from nab.core.errors import NabError
from nab.core.health import alarm_ways
from nab.core.health.alarm_ways import AlarmSettings
from nab.core.text import terminal
from nab.edges.net import notifier
from nab.edges.net.notifier import Told
from support.servers.mail_servers import mailbox, webhook

pytestmark = pytest.mark.full  # Apprise takes a second to be imported


@pytest.fixture
def hook():
    with webhook() as server:
        yield server


@pytest.fixture
def mail():
    with mailbox() as server:
        yield server


@pytest.fixture
def silent():
    """A service that takes what it is told and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def tell(subject="a subject", text="a text\nof two lines", seconds=notifier.SECONDS, **settings):
    return notifier.tell(alarm_ways.ways(AlarmSettings(**settings)), subject, text, seconds)


def read(message):
    """Read an e-mail that was sent: its headers decoded, and its text."""
    return email.message_from_string(message, policy=policy.default)


def test_every_kind_of_service_is_told_at_once(hook, mail):
    urls = (
        f"ntfy://127.0.0.1:{hook.server_port}/a-topic",
        f"json://127.0.0.1:{hook.server_port}/secret-path",
        f"mailto://127.0.0.1:{mail.server_address[1]}?from=nab@localhost&to=ops@example.org&format=text",
    )

    assert tell(urls=urls).took == ("ntfy (1)", "json (2)", "mailto (3)")

    ntfy = next(one for one in hook.messages if "topic" in one)
    plain = next(one for one in hook.messages if "version" in one)
    message = read(mail.messages[0])
    assert (ntfy["topic"], ntfy["title"]) == ("a-topic", "a subject")
    assert plain["title"] == message["Subject"] == "a subject"
    assert "of two lines" in ntfy["message"] and "of two lines" in plain["message"]
    assert "a text\nof two lines" in message.get_content()


def test_the_settings_of_before_tell_the_same_services_the_same(hook, mail):
    smtp, address = f"127.0.0.1:{mail.server_address[1]}", f"http://127.0.0.1:{hook.server_port}/p?q=1"

    assert tell(email="ops@example.org", smtp=smtp, webhook=address).took == ("e-mail", "webhook")

    assert hook.paths == ["/p?q=1"]
    assert hook.messages == [{"text": "a text\nof two lines", "content": "a subject"}]
    message = read(mail.messages[0])
    assert (message["To"], message["From"]) == ("ops@example.org", "nab@localhost")


def test_one_way_that_works_is_enough_and_the_other_is_told_of_without_its_address(hook, mail):
    mail.refuses = True

    told = tell(
        email="ops@example.org",
        smtp=f"127.0.0.1:{mail.server_address[1]}",
        urls=(f"json://127.0.0.1:{hook.server_port}/secret-path",),
    )

    assert told == Told(("json (1)",), ("e-mail: it failed",))
    assert told.words == "told by json (1); not by e-mail: it failed"


def test_a_service_that_hangs_is_given_up_and_keeps_nobody_else_from_being_told(hook, silent):
    urls = (
        f"json://127.0.0.1:{silent}/secret-path?rto=600",
        f"json://127.0.0.1:{hook.server_port}/secret-path",
    )

    told = tell(urls=urls, seconds=3)

    assert told == Told(("json (2)",), ("json (1): no answer in 3 s",))


def test_what_nobody_took_is_an_error_that_says_nothing_of_an_address(hook, capfd, caplog):
    hook.refuses = True
    caplog.set_level(logging.DEBUG)
    urls = (
        f"json://me:very-secret@127.0.0.1:{hook.server_port}/secret-path",
        "telegram-secret",
        "nosuch://secret",
    )

    with pytest.raises(NabError, match="nobody could be told") as refused:
        tell(urls=urls)

    assert refused.value.message == (
        "nobody could be told (json (1): it failed, address (2): Apprise knows no service by this address, "
        "nosuch (3): Apprise knows no service by this address)"
    )
    said = refused.value.message + (refused.value.hint or "") + "".join(capfd.readouterr()) + caplog.text
    assert "secret" not in said.replace("state/secrets", "")


def test_a_password_is_never_sent_in_the_open_to_another_machine():
    with mailbox("127.0.0.2") as server:
        where = f"127.0.0.2:{server.server_address[1]}"
        assert tell(email="a@b.org", smtp=where).took == ("e-mail",)
        with pytest.raises(NabError, match="e-mail: it failed"):
            tell(email="a@b.org", smtp=where, user="u", password="secret")

    assert len(server.messages) == 1


@pytest.mark.parametrize("subject", ["all is well\nBcc: everybody@example.org", "a\x1b[2Jb", "\u202eevil"])
def test_a_subject_is_one_line_and_is_sent(mail, subject):
    tell(subject, f"{subject}\nas it is", email="ops@example.org", smtp=f"127.0.0.1:{mail.server_address[1]}")

    message = read(mail.messages[0])
    assert message["Bcc"] is None
    assert terminal.UNSAFE.search(message["Subject"] + message.get_content()) is None


def test_where_there_is_no_way_nobody_is_told():
    assert tell() == Told() and not Told().words
