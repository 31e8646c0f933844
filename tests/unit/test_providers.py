import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from nab import operator_files, providers
from nab.core.agents.own_providers import ProviderSettings
from nab.core.agents.providers import Host, KeyField, Provider
from nab.core.errors import NabError
from support.repository import guides
from support.repository.benches import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "images" / "proxy"))
import providers as of_the_proxy

GUIDE = (REPOSITORY / "docs/adding-an-agent.md").read_text(encoding="utf-8")
NAME = "acme"
(ACME,) = [
    block.text
    for block in guides.blocks("adding-an-agent.md")
    if block.name == f"images/providers/{NAME}.toml"
]


@pytest.fixture
def images(tmp_path):
    """Copies of this repository's vendors, and the guide's."""
    shutil.copytree(REPOSITORY / "images" / "providers", tmp_path / "providers")
    (tmp_path / "providers" / f"{NAME}.toml").write_text(ACME, encoding="utf-8")
    return tmp_path


def test_a_new_vendor_is_a_file_and_both_sides_read_it_alike(images):
    ours = providers.with_keys(images)[NAME]
    (theirs,) = [one for one in of_the_proxy.read(images / "providers") if one.name == NAME]

    assert (
        ours.calls == theirs.calls == ("POST api.acme.example/v1/responses", "POST api.acme.example/v1/count")
    )
    assert ours.placeholders == theirs.placeholders
    assert theirs.hosts[0].keys == (("authorization", "Bearer {api_key}"),)


def test_without_fields_there_is_no_key_to_hold(images):
    without = set(providers.providers(images)) - set(providers.with_keys(images))

    assert without == {"deepseek", "mistral", "openrouter"}
    with pytest.raises(NabError, match="no provider 'mistral'") as raised:
        providers.find(providers.with_keys(images), "mistral", wanted_by=images / "nab.toml")
    assert raised.value.hint.startswith(
        "providers there: acme, anthropic, google, openai; another is a table"
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title", "colour", "colour"),
        ('answers = "openai"', 'answers = "smoke"', "answers"),
        ("POST /v1/count", "POST /v1/%63ount", "is no call"),
        ("[fields.api_key]", "[fields.token]", "names no field"),
        ("[[hosts]]", "[[hosts]", "is not TOML"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(images, old, new, complaint):
    (images / "providers" / f"{NAME}.toml").write_text(ACME.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(NabError, match=complaint) as raised:
        providers.with_keys(images)
    assert f"{NAME}.toml" in raised.value.message
    assert raised.value.exit_code == 2


def test_a_host_is_of_one_vendor(images):
    text = ACME.replace("api.acme.example", "api.openai.com")
    (images / "providers" / f"{NAME}.toml").write_text(text, encoding="utf-8")

    with pytest.raises(NabError, match=r"openai\.toml: api\.openai\.com is in .*acme\.toml already"):
        providers.providers(images)


def test_the_guide_explains_every_key_of_a_vendors_file():
    keys = {f"fields.<name>.{name}" for name in KeyField.__struct_fields__}
    keys |= {f"hosts.{name}" for name in Host.__struct_fields__}
    keys |= set(Provider.__struct_fields__) - {"fields", "hosts"}

    assert [key for key in keys if f"`{key}`" not in GUIDE] == []


NAB = Path("nab.toml")
ROUTER = ProviderSettings(base_url="https://openrouter.ai/api/v1")
LOCAL = ProviderSettings(base_url="http://192.168.1.20:8000/v1")


def agent_with(images, text):
    (images / "agents" / "shelly").mkdir(parents=True)
    (images / "agents" / "shelly" / "agent.toml").write_text(text, encoding="utf-8")


def test_our_own_providers_are_known_beside_the_vendors_and_both_sides_read_them_alike(images):
    agent_with(images, '[providers.deep]\nbase_url = "https://deep.example/v1"\n')
    found = providers.known(images, NAB, {"openrouter": ROUTER, "vllm": LOCAL})
    told = {name: msgspec.to_builtins(found[name]) for name in ("deep", "openrouter", "vllm")}
    theirs = {one.name: one for one in of_the_proxy.known(told)}

    assert list(found) == ["acme", "anthropic", "google", "openai", "deep", "openrouter", "vllm"]
    for name in told:
        assert theirs[name].calls == found[name].calls
        assert theirs[name].placeholders == found[name].placeholders
    assert theirs["vllm"].hosts[0].leads_to == ("192.168.1.20", 8000)
    assert theirs["openrouter"].hosts[0].leads_to is None
    assert [one.name for one in of_the_proxy.known(told)].count("openrouter") == 1


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"openai": ROUTER}, "providers.openai: openai is a vendor of images/providers"),
        ({"mine": ROUTER}, "openrouter.ai is in .*openrouter.toml already"),
        ({"one": LOCAL, "two": ProviderSettings(base_url="smoke://x")}, "nab.toml: providers.two.base_url: "),
        ({"Two": LOCAL}, "nab.toml: providers.Two: 'Two' is not a valid name"),
        (
            {"vllm": msgspec.structs.replace(LOCAL, key="salt")},
            "nab.toml: providers.vllm.key: 'salt' is none of bearer",
        ),
        ({"deep": LOCAL}, "nab.toml: providers.deep is in .*agent.toml already"),
    ],
)
def test_a_mistake_in_a_provider_of_our_own_is_one_sentence(images, told, complaint):
    agent_with(images, '[providers.deep]\nbase_url = "https://deep.example/v1"\n')

    with pytest.raises(NabError, match=complaint) as raised:
        providers.known(images, NAB, told)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            '[providers.vllm]\nbase_url = "http://192.168.1.20:8000/v1"\n',
            "providers.vllm.address: .* nab.toml alone",
        ),
        ('[providers.vllm]\ncolour = "red"\n', "providers.vllm: .*colour"),
        ("[providers]\nvllm = 5\n", "providers.vllm: "),
    ],
)
def test_an_agents_folder_leads_to_no_private_address(images, text, complaint):
    agent_with(images, text)

    with pytest.raises(NabError, match=f"shelly/agent.toml: {complaint}"):
        providers.known(images, NAB, {})


def test_vendors_files_are_read_once_a_process_and_again_when_one_has_changed(images, monkeypatch):
    recipe, opened = operator_files.recipe, []
    monkeypatch.setattr(
        operator_files, "recipe", lambda file, kind: opened.append(file.stem) or recipe(file, kind)
    )
    vendors = sorted(file.stem for file in (images / "providers").glob("*.toml"))
    for _ in range(3):
        providers.known(images, images / "nab.toml", {})
    assert opened == vendors

    file = images / "providers" / f"{NAME}.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    providers.known(images, images / "nab.toml", {})
    assert opened == 2 * vendors
