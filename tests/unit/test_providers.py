import re
import shutil
import sys

import pytest

from nab import providers
from nab.core.agents.providers import Host, KeyField, Provider
from nab.core.errors import NabError
from support.repository.benches import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "images" / "proxy"))
import providers as of_the_proxy

GUIDE = (REPOSITORY / "docs/adding-an-agent.md").read_text(encoding="utf-8")
NAME, ACME = re.findall(
    r"^```toml images/providers/(\w+)\.toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL
)[0]


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
        providers.find(images, "mistral", wanted_by=images / "nab.toml")
    assert raised.value.hint == "providers there: acme, anthropic, google, openai"


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
