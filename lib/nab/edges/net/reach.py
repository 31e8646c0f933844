"""Whether somebody answers at an address. Nothing is asked of them."""

from __future__ import annotations

import socket
from email.utils import mktime_tz, parsedate_tz

from nab.edges import clock

SECONDS = 5.0


def port_answers(port: int) -> bool:
    """Say whether a server listens on a TCP port of this machine."""
    with socket.socket(socket.AF_INET) as trial:
        trial.settimeout(SECONDS)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def skew_of(url: str) -> float | None:
    """Return a web server's clock less ours, in seconds; None when it does not answer.

    One that tells no time is taken to have ours.
    """
    import requests

    try:
        answer = requests.get(url, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException:
        return None
    date = parsedate_tz(answer.headers.get("Date", ""))
    return mktime_tz(date) - clock.now().timestamp() if date else 0.0
