import pytest

from nab.core.facts import SessionEnding
from nab.core.runs.ending.answers import by_outage, by_status, status_in


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, SessionEnding.AUTH),
        (403, SessionEnding.AUTH),
        (402, SessionEnding.BILLING),
        (429, SessionEnding.RATE_LIMIT),
        (500, SessionEnding.OVERLOAD),
        (529, SessionEnding.OVERLOAD),
        (599, SessionEnding.OVERLOAD),
        (400, None),
        (200, None),
        (None, None),
        (-1, None),
    ],
)
def test_the_providers_answer_names_an_ending(status, kind):
    assert by_status(status) is kind


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('API Error: 403 {"type":"error","error":{"type":"permission_error"}}', 403),
        ("unexpected status 402 Payment Required, url: x", 402),
        ('[API Error: {"error":{"code":503,"message":"gone"}}]', 503),
        ("exceeded retry limit, last status: 429", 429),
        ("HTTP/1.1 401 Unauthorized", 401),
        ("request failed (status code 529)", 529),
        ("I wrote 403 lines, and model 500 is the best", None),
        ("error 4031", None),
        ("exit code 404x", None),
        ("", None),
    ],
)
def test_a_status_is_found_in_words_that_tell_of_one(text, status):
    assert status_in(text) == status


OUTAGES = (
    "API Error: The socket connection was closed unexpectedly. For more information, pass `verbose: true`",
    "API Error: Unable to connect to API (ConnectionRefused)",
    "Unable to connect. Is the computer able to access the url?",
    "FailedToOpenSocket: was there a typo in the url or port?",
    "connect ECONNREFUSED 127.0.0.1:443",
    "read ECONNRESET",
    "write EPIPE",
    "getaddrinfo ENOTFOUND api.anthropic.com",
    "getaddrinfo EAI_AGAIN api.openai.com",
    "connect ETIMEDOUT 1.2.3.4:443",
    "connect ENETUNREACH 1.2.3.4:443",
    "TypeError: fetch failed",
    "exception TypeError: fetch failed sending request",
    "UND_ERR_CONNECT_TIMEOUT: Connect Timeout Error",
    "SocketError: other side closed",
    "socket hang up",
    "Client network socket disconnected before secure TLS connection was established",
    "stream disconnected before completion: Transport error",
    "error sending request for url (https://api.openai.com/v1/responses)",
    "tcp connect error: Connection refused (os error 111)",
    "tcp connect error: Network is unreachable (os error 101)",
    "dns error: failed to lookup address information: Temporary failure in name resolution",
    "connection closed before message completed",
    "peer closed connection without sending TLS close_notify: unexpected eof, tls handshake eof",
    "invalid peer certificate: UnknownIssuer",
    "unable to get local issuer certificate",
    "self-signed certificate in certificate chain",
    "certificate has expired",
    "unable to verify the first certificate",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "Request timed out.",
    "Could not resolve host, could not connect to server",
    "net::ERR_INTERNET_DISCONNECTED",
    "The request failed: no route to host",
)


@pytest.mark.parametrize("text", OUTAGES)
def test_an_outage_is_recognised_in_whatever_words_its_library_has(text):
    assert by_outage(text) is SessionEnding.NETWORK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The file is written.",
        "You've hit your session limit",
        "I could not find the target column",
        "the stream of predictions is ready",
        "submit.sh exited with 1",
        "Your organization has disabled subscription access for this program",
        "Error: max turns reached (40)",
        "a certificate of attendance",
        "Cannot find module 'x'",
    ],
)
def test_what_tells_of_no_outage_is_none(text):
    assert by_outage(text) is None
