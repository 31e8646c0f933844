import msgspec
import pytest

from nab.core.agents import providers
from nab.core.agents.providers import Provider
from support.records.recorded import CODING, REPOSITORY
from support.repository.vendors import VENDORS

OPENAI = VENDORS["openai"]
GOOD = {
    "title": "Acme",
    "answers": "openai",
    "fields": {"api_key": {"placeholder": "acme-nab-placeholder"}},
    "hosts": [{"name": "api.acme.example", "keys": ["x-key: {api_key}"], "counted": ["POST /v1/chat"]}],
}


def adapter(**change):
    return msgspec.structs.replace(CODING["codex"].cli, **change)


def test_a_vendors_calls_are_told_with_their_hosts():
    assert msgspec.convert(GOOD, Provider).calls == ("POST api.acme.example/v1/chat",)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"counted": ["POST /v1/../chat"]}, "is no call"),
        ({"free": ["FETCH /v1/chat"]}, "is no call"),
        ({"counted": ["POST api.acme.example/v1/chat"]}, "is no call"),
        ({"keys": []}, "has calls and no keys"),
        ({"keys": ["x-key: {token}"]}, "names no field"),
        ({"keys": ["x-key={api_key}"]}, "keys"),
        ({"keys": ["x-key: {api_key}{api_key}"]}, "names no field"),
        ({"name": "https://api.acme.example"}, "name"),
    ],
)
def test_a_vendors_file_with_a_mistake_is_refused_with_its_place(change, complaint):
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert({**GOOD, "hosts": [{**GOOD["hosts"][0], **change}]}, Provider)


def test_a_placeholder_has_the_mark_by_which_it_is_found_where_it_does_not_belong():
    with pytest.raises(msgspec.ValidationError, match="placeholder"):
        msgspec.convert({**GOOD, "fields": {"api_key": {"placeholder": "acme-key"}}}, Provider)


def test_without_words_of_an_agents_or_of_the_operators_a_key_is_for_its_vendors_list():
    assert providers.listed(VENDORS, adapter(), {}) == {name: one.calls for name, one in VENDORS.items()}
    assert providers.listed(VENDORS, None, {})["openai"] == OPENAI.calls


def test_an_agent_narrows_the_list_of_its_own_vendor():
    listed = providers.listed(VENDORS, adapter(calls=()), {})

    assert listed["openai"] == ()
    assert listed["google"] == VENDORS["google"].calls


@pytest.mark.parametrize(
    "call",
    ["POST /v1/files", "GET /v1/responses", "POST /v1/responses?a=b", "POST /v1/{any}", "POST chatgpt.com/v1/responses",
     "POST api.anthropic.com/v1/messages?beta=true", "post /v1/responses", "POST /v1/responses/"],
)  # fmt: skip
def test_an_agent_never_widens_it(call):
    with pytest.raises(
        ValueError, match=r"is more than OpenAI's key is for|is no call|that no key of OpenAI goes to"
    ):
        providers.listed(VENDORS, adapter(calls=(call,)), {})


def test_the_operator_adds_calls_whatever_the_agent_left_of_the_list():
    added = {"openai": ("POST /v1/embeddings", "POST chatgpt.com/backend-api/codex/responses")}

    assert providers.listed(VENDORS, adapter(calls=()), added)["openai"] == (
        "POST api.openai.com/v1/embeddings",
        "POST chatgpt.com/backend-api/codex/responses",
    )


@pytest.mark.parametrize(
    "call",
    ["", "/v1/embeddings", "POST v1/embeddings", "POST evil.example/v1/embeddings", "POST api.openai.com.evil/v1",
     "POST /v1/./embeddings", "POST //v1", "POST /", "POST /.*", "POST /v1/x y", "POST /v1/x?", "POST /v1/x?a",
     "BREW /v1/x"],
)  # fmt: skip
def test_what_is_no_call_to_a_vendor_is_refused_in_a_sentence(call):
    with pytest.raises(ValueError, match=r"is no call: METHOD|that no key of OpenAI goes to"):
        providers.read_calls(OPENAI, (call,))


def test_every_vendor_of_this_repository_can_be_asked_by_an_agent_of_it():
    assert {one.cli.provider for one in CODING.values()} == set(VENDORS)
    assert (REPOSITORY / "images" / "providers").is_dir()
