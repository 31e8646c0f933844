"""Tell a person by e-mail or a webhook. The standard library and requests are enough for it."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

import msgspec
import requests

from nab.config import Config
from nab.core.errors import FAILED, NabError
from nab.core.text import terminal
from nab.edges.secrets.keys import file_of, private_bytes

FILE = "alarms"
SECONDS = 20.0
IMPLICIT_TLS = 465


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a person is told. A webhook's address and a mail server's password are secrets."""

    webhook: str = ""
    email: str = ""
    sender: str = "nab@localhost"
    smtp: str = "localhost:25"
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Ways(email={self.email!r}, webhook={bool(self.webhook)})"


def ways(config: Config) -> Ways:
    """Read how a person is to be told; where no file says it, by nothing but what we print. Raises NabError."""
    file = file_of(config, FILE)
    try:
        return msgspec.json.decode(private_bytes(file), type=Ways)
    except FileNotFoundError:
        return Ways()
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        hint = (
            'for example {"email": "you@example.org", "smtp": "localhost:25"}, or {"webhook": "https://..."}'
        )
        raise NabError(f"{file} cannot be used: {error}", hint=hint) from None


def tell(chosen: Ways, subject: str, text: str) -> list[str]:
    """Tell it in every chosen way. Returns which ways took it; raises NabError when one was chosen and none did."""
    subject, text = terminal.one_line(subject), terminal.safe(text)
    told, failed = [], []
    for name, wanted, way in (("e-mail", chosen.email, mail), ("webhook", chosen.webhook, hook)):
        if not wanted:
            continue
        try:
            way(chosen, subject, text)
            told.append(name)
        except (OSError, smtplib.SMTPException, requests.RequestException, ValueError) as error:
            failed.append(f"{name}: {type(error).__name__}")
    if failed and not told:
        raise NabError(
            f"nobody could be told ({', '.join(failed)})",
            hint="state/secrets/alarms.json says how; the next look tries again",
            exit_code=FAILED,
        )
    return told


def mail(chosen: Ways, subject: str, text: str) -> None:
    """Send an e-mail, encrypted where the server can."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, chosen.sender, chosen.email
    message.set_content(text)
    host, _, written = chosen.smtp.rpartition(":")
    port = int(written)
    if port == IMPLICIT_TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        server.ehlo()
        if port != IMPLICIT_TLS and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif chosen.password and port != IMPLICIT_TLS and host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("a password is sent over TLS only")
        if chosen.user:
            server.login(chosen.user, chosen.password)
        server.send_message(message)


def hook(chosen: Ways, subject: str, text: str) -> None:
    """Post JSON: `text` is what Slack, Mattermost and their kind show, `content` what Discord does."""
    whole = f"{subject}\n{text}"
    answer = requests.post(
        chosen.webhook, json={"text": whole, "content": whole}, timeout=SECONDS, allow_redirects=False
    )
    answer.raise_for_status()
