import base64
import re

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from keys import broker, openings
from keys.broker import CALLS, PLACEHOLDERS, Broker
from keys.openings import Asked
from providers import known
from refused import Refused

from nab.core.agents.own_providers import Told, own_provider
from nab.core.agents.providers import LISTED, read_calls
from nab.edges.secrets import held_secrets
from support.repository import vendors

API = "api-tournament.numer.ai"
KEYS = {
    "numerai": {"public_id": "REALID", "secret_key": "TOPSECRET"},
    "anthropic": {"api_key": "sk-ant-real", "oauth_token": "sk-ant-oat-real"},
    "openai": {"api_key": "sk-real-key", "access_token": "eyJ.real.login", "account_id": "acc-1"},
    "google": {"api_key": "AIzaREAL"},
}
NUMERAI = "Token nab-placeholder-id$nab-placeholder-secret"
CLAUDE, LOGIN = PLACEHOLDERS["anthropic"]["api_key"], PLACEHOLDERS["anthropic"]["oauth_token"]
OPENAI, CHATGPT = PLACEHOLDERS["openai"]["api_key"], PLACEHOLDERS["openai"]["access_token"]
GOOGLE = PLACEHOLDERS["google"]["api_key"]
GEMINI = "generativelanguage.googleapis.com"


# What each host's key is for, one call of each; that of ChatGPT's login is in a list of the operator's.
ASKED = {
    API: ("POST", "/"),
    "api.anthropic.com": ("POST", "/v1/messages?beta=true"),
    "api.openai.com": ("POST", "/v1/responses"),
    "chatgpt.com": ("POST", "/backend-api/codex/responses"),
    GEMINI: ("POST", "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse"),
}
WIDENED = {"openai": [*CALLS["openai"], "POST chatgpt.com/backend-api/codex/responses"]}


def head(host, *headers, path=None, method=None, scheme="https", keys=KEYS):
    usual = ASKED.get(host.lower().removesuffix("."), ("GET", "/"))
    return Broker(keys, WIDENED).head(Asked(method or usual[0], scheme, host, path or usual[1], headers))


@pytest.mark.parametrize(
    ("host", "header", "real"),
    [
        (API, ("Authorization", NUMERAI), "Token REALID$TOPSECRET"),
        (API.upper() + ".", ("authorization", NUMERAI), "Token REALID$TOPSECRET"),
        ("api.anthropic.com", ("x-api-key", CLAUDE), "sk-ant-real"),
        ("api.anthropic.com", ("authorization", f"Bearer {CLAUDE}"), "Bearer sk-ant-real"),
        ("api.anthropic.com", ("authorization", f"Bearer {LOGIN}"), "Bearer sk-ant-oat-real"),
        ("api.openai.com", ("authorization", f"Bearer {OPENAI}"), "Bearer sk-real-key"),
        ("chatgpt.com", ("authorization", f"Bearer {CHATGPT}"), "Bearer eyJ.real.login"),
        ("chatgpt.com", ("chatgpt-account-id", PLACEHOLDERS["openai"]["account_id"]), "acc-1"),
        (GEMINI, ("x-goog-api-key", GOOGLE), "AIzaREAL"),
    ],
)
def test_a_placeholder_becomes_the_key_where_it_belongs(host, header, real):
    sent = head(host, ("user-agent", "x"), header)

    assert sent.headers == (("user-agent", "x"), (header[0], real))


def test_googles_key_in_a_query_becomes_the_real_one():
    path = ASKED[GEMINI][1]

    assert head(GEMINI, path=f"{path}&key={GOOGLE}").path == f"{path}&key=AIzaREAL"
    assert head(GEMINI, path=path.replace("alt=sse", f"key={GOOGLE}")).path.endswith("?key=AIzaREAL")


@pytest.mark.parametrize(
    ("host", "header"),
    [
        ("evil.example", ("authorization", NUMERAI)),
        (f"{API}.evil.example", ("authorization", NUMERAI)),
        ("api.openai.com", ("authorization", f"Bearer {CLAUDE}")),
        ("api.anthropic.com", ("x-api-key", GOOGLE)),
        ("api.openai.com", ("authorization", f"Bearer {CHATGPT}")),
        ("api.anthropic.com", ("cookie", f"a={CLAUDE}")),
        (API, ("authorization", NUMERAI + "x")),
        ("evil.example", ("authorization", "Basic " + base64.b64encode(NUMERAI.encode()).decode())),
        ("evil.example", ("x", "nab%252Dplaceholder-secret")),
        ("evil.example", ("x", "NAB-Placeholder-Secret")),
        ("nab-placeholder-secret.evil.example", ("x", "y")),
        ("api.anthropic.com", ("x-api-key", "sk-ant-real")),
        (API, ("authorization", "Token REALID$TOPSECRET")),
        ("evil.example", ("x", base64.b64encode(b"xx TOPSECRET").decode())),
        ("evil.example", ("x", base64.urlsafe_b64encode(b"x??TOPSECRET").decode().rstrip("="))),
    ],
)
def test_anything_else_with_a_placeholder_or_a_key_is_refused(host, header):
    with pytest.raises(Refused) as refused:
        head(host, header)

    assert refused.value.rule == "key"
    assert "TOPSECRET" not in refused.value.why


def test_a_placeholder_goes_nowhere_without_tls():
    with pytest.raises(Refused, match="a placeholder"):
        head(API, ("authorization", NUMERAI), scheme="http")


@pytest.mark.parametrize(
    "path", [f"/{NUMERAI}", "/?a=nab-placeholder-id", "/?a=%6eab-placeholder", f"/?key={GOOGLE}"]
)
def test_a_key_in_an_address_is_refused(path):
    with pytest.raises(Refused):
        head("evil.example", path=path)


def test_a_key_that_is_not_configured_is_told_in_a_sentence():
    with pytest.raises(Refused, match="no anthropic subscription token is configured") as refused:
        head(
            "api.anthropic.com",
            ("authorization", f"Bearer {LOGIN}"),
            keys={"anthropic": {"api_key": "sk-ant-real"}},
        )

    assert refused.value.status == 401


def test_other_headers_are_left_as_they_are():
    headers = (("Authorization", "Bearer mine"), ("A", "1"), ("a", "2"), ("x", "caf\u00e9"))

    assert head("pages.example.com", *headers, path="/a?b=c&&d").headers == headers
    assert head("pages.example.com", path="/a?b=c&&d").path == "/a?b=c&&d"


def test_a_prompt_may_have_placeholders_but_never_a_real_key():
    keys = Broker(KEYS)

    assert b"nab-placeholder" not in keys.needles("api.anthropic.com")
    assert b"TOPSECRET" in keys.needles("api.anthropic.com")
    assert {b"nab-placeholder", b"TOPSECRET"} <= set(keys.needles("pages.example.com"))
    assert b"nab-placeholder" in keys.needles(API)


def test_keys_are_starred_out_of_answers():
    assert Broker(KEYS).hidden("key=TOPSECRET;") == "key=*********;"


def test_every_secret_is_among_what_is_never_written():
    assert set(Broker(KEYS).secrets) == {
        "TOPSECRET",
        "sk-ant-real",
        "sk-ant-oat-real",
        "sk-real-key",
        "eyJ.real.login",
        "AIzaREAL",
    }


def test_both_sides_know_the_same_placeholders():
    assert vendors.PLACEHOLDERS == PLACEHOLDERS
    assert all(broker.leaks.MARK in text for key in PLACEHOLDERS.values() for text in key.values())
    assert len(GOOGLE) == 39


def test_a_name_that_the_proxy_takes_for_no_secret_is_none_on_the_machine_either():
    told = {name for key in PLACEHOLDERS.values() for name in key}

    assert told & held_secrets.OPEN == told & broker.OPEN_FIELDS == broker.OPEN_FIELDS


def test_both_sides_read_the_same_lists_and_the_same_forms():
    assert {name: one.calls for name, one in vendors.VENDORS.items()} | {"numerai": CALLS["numerai"]} == CALLS
    assert {(form.provider, form.host, form.place, form.written) for form in broker.FORMS[1:]} == {
        (name, host.name, *re.fullmatch(r"(.+?)(?:: |=)(.+)", key).groups())
        for name, one in vendors.VENDORS.items()
        for host in one.hosts
        for key in host.keys
    }


@pytest.mark.full
@given(st.from_regex(LISTED, fullmatch=True))
def test_whatever_the_machine_takes_for_a_call_the_proxy_can_read(call):
    try:
        (line,) = read_calls(vendors.VENDORS["openai"], (re.sub(r" [^/]+", " ", call, count=1),))
    except ValueError:
        assume(False)

    assert openings.opening(line).host == "api.openai.com"


def own(name, **told):
    return msgspec.to_builtins(own_provider(name, Told(**told)))


OWN = known({
    "router": own("router", base_url="https://router.example/v1"),
    "vllm": own("vllm", base_url="http://192.168.1.20:8000/v1", key="none"),
})  # fmt: skip
CHAT = "/v1/chat/completions"
VLLM = "vllm.models.nab.example"


def own_head(host, *headers, path=CHAT, method="POST"):
    keys = Broker({**KEYS, "router": {"api_key": "or-real"}}, None, OWN)
    return keys.head(Asked(method, "https", host, path, headers))


def test_a_key_of_our_own_providers_goes_to_it_with_its_calls_and_nowhere_else():
    placeholder = (
        "authorization",
        f"Bearer {next(one for one in OWN if one.name == 'router').placeholders['api_key']}",
    )

    assert own_head("router.example", placeholder).headers == (("authorization", "Bearer or-real"),)
    for host, path in (
        ("router.example", "/v1/files"),
        ("api.openai.com", CHAT),
        (VLLM, CHAT),
        ("x.example", CHAT),
    ):
        with pytest.raises(Refused):
            own_head(host, placeholder, path=path)


def test_a_server_of_our_network_is_asked_what_is_listed_and_no_more_though_it_wants_no_key():
    assert own_head(VLLM, ("authorization", "Bearer none")).path == CHAT
    for method, path in (
        ("GET", "/"),
        ("DELETE", "/api/delete"),
        ("POST", "/v1/chat/completions/x"),
        ("GET", CHAT),
    ):
        with pytest.raises(Refused) as refused:
            own_head(VLLM, path=path, method=method)
        assert refused.value.rule == openings.RULE
    assert own_head("router.example", path="/anything", method="GET").path == "/anything"


def test_a_prompt_to_our_own_providers_may_have_placeholders_too():
    keys = Broker(KEYS, None, OWN)

    assert b"nab-placeholder" not in keys.needles(VLLM) + keys.needles("router.example")
    assert b"TOPSECRET" in keys.needles(VLLM)
    assert {"router.example"} <= keys.told_hosts
    assert VLLM not in keys.told_hosts
