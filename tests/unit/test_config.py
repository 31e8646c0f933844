import pytest

from nab.config import load
from nab.core.errors import NabError


def write(folder, text):
    file = folder / "nab.toml"
    file.write_text(text)
    return file


def test_the_sample_in_the_repository_is_valid(pytestconfig, tmp_path):
    config = load(pytestconfig.rootpath / "nab.toml", tmp_path)

    coding = [f"{agent}-l{level}" for agent in ("claude", "codex", "gemini") for level in (1, 2, 3, 4)]
    assert [entrant.name for entrant in config.settings.entrants] == ["baseline-l3", "random-l3", *coding]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\ncpu = 1", ["unknown key", "cpu", "limits"]),
        ("colour = 1", ["unknown key", "colour"]),
        ('[limits]\ncpus = "two"', ["limits.cpus", "float"]),
        ("[limits]\nactive_hours = 0", ["limits.active_hours", "> 0"]),
        ('[objective]\nmetric = "sharpe"', ["objective.metric", "sharpe"]),
        ('[models]\nkind = "made-up"', ["models.kind", "made-up"]),
        ('[providers.acme]\nallow = ["POST /v1/x"]', ["nab.toml", "no provider 'acme'"]),
        ("[providers.mistral]\nallow = []", ["no provider 'mistral'"]),
        (
            '[providers.openai]\nallow = ["/v1/embeddings"]',
            ["providers.openai.allow", "/v1/embeddings", "no call"],
        ),
        ('[providers.openai]\nallow = ["POST evil.example/v1"]', ["providers.openai.allow", "evil.example"]),
        ('[providers.openai]\nallow = "POST /v1/x"', ["providers"]),
        ("[providers.openai]\ndeny = []", ["unknown key", "deny"]),
        ('[[entrants]]\nagent = "x"\nlevel = "L9"\nmodel = "m"', ["L9", "entrants[0].level"]),
        ('[[entrants]]\nagent = "X!"\nlevel = "L3"\nmodel = "m"', ["X!"]),
        ("limits = [", ["not TOML"]),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, words):
    with pytest.raises(NabError) as caught:
        load(write(tmp_path, text), tmp_path / "state")

    assert caught.value.exit_code == 2
    for word in words:
        assert word in caught.value.message
    assert "\n" not in caught.value.message


def test_two_entrants_never_share_a_model(tmp_path):
    one = '[[entrants]]\nagent = "{}"\nlevel = "L3"\nmodel = "same"\n'

    with pytest.raises(NabError, match="model same is there twice"):
        load(write(tmp_path, one.format("a_one") + one.format("a_two")), tmp_path)


def test_a_missing_file_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(NabError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml", tmp_path)


def test_a_state_folder_elsewhere_has_its_site_beside_it(pytestconfig, tmp_path):
    sample = pytestconfig.rootpath / "nab.toml"

    assert load(sample, tmp_path / "state").paths.site == tmp_path / "site"
    assert load(sample, pytestconfig.rootpath / "state").paths.site == pytestconfig.rootpath / "site"


def test_a_vendors_key_can_be_for_more_calls(tmp_path):
    text = (
        '[providers.openai]\nallow = ["POST /v1/embeddings", "POST chatgpt.com/backend-api/codex/responses"]'
    )

    allowed = load(write(tmp_path, text), tmp_path / "state").settings.providers["openai"].allow

    assert allowed == ("POST /v1/embeddings", "POST chatgpt.com/backend-api/codex/responses")
