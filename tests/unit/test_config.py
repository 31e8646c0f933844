import subprocess
from types import SimpleNamespace

import pytest
from msgspec import structs

from nab.config import Section, Settings, load
from nab.core.errors import NabError
from nab.edges.secrets import keys


def write(folder, text):
    file = folder / "nab.toml"
    file.write_text(text)
    return file


def test_the_sample_in_the_repository_is_valid(pytestconfig, tmp_path):
    config = load(pytestconfig.rootpath / "nab.toml", tmp_path)

    controls = ["baseline-l3", "baseline-l3-b", "random-l3", "example-l3"]
    coding = [f"{agent}-l{level}" for agent in ("claude", "codex", "gemini") for level in (1, 2, 3, 4)]
    assert [entrant.name for entrant in config.settings.entrants] == [*controls, *coding]


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


NUMBERS = [
    (table.name, field.name)
    for table in structs.fields(Settings)
    if isinstance(table.type, type) and issubclass(table.type, Section)
    for field in structs.fields(table.type)
    if type(field.default) in (int, float)
]


def test_the_settings_that_are_numbers_are_all_found():
    assert len(NUMBERS) >= 25
    assert {("limits", "submit_minutes"), ("sync", "max_push_mib"), ("tournament", "local_port")} <= set(
        NUMBERS
    )


@pytest.mark.parametrize(
    "odd",
    [
        "inf",
        "-inf",
        "nan",
        "-1",
        "-1e300",
        "1e300",
        "1" + "0" * 30,
        "9" * 5000,
        "true",
        '"1"',
        "[]",
        "2026-01-01",
    ],
)
def test_a_number_that_cannot_be_kept_to_is_named(tmp_path, odd):
    offenders = []
    for table, key in NUMBERS:
        with pytest.raises(NabError) as caught:
            load(write(tmp_path, f"[{table}]\n{key} = {odd}\n"), tmp_path / "state")
        said = caught.value.message
        named = (f"{table}.{key}" in said or "not TOML" in said) and "\n" not in said
        offenders += [] if named and caught.value.exit_code == 2 else [(table, key, said)]

    assert offenders == []


@pytest.mark.parametrize(
    "key", ["submit_minutes", "active_hours", "waiting_hours", "silent_minutes", "processes"]
)
def test_a_limit_of_nothing_is_none(tmp_path, key):
    with pytest.raises(NabError, match=rf"limits\.{key}"):
        load(write(tmp_path, f"[limits]\n{key} = 0\n"), tmp_path / "state")


@pytest.mark.parametrize(
    "name",
    ["bench.lock", "a/b.lock/c", "a..b", "a.", ".a", "a/.b", "-a", "a/-b", "a b", "a@{1}", "@", "HEAD", "a/", "/a",
     "a//b",      "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\\\b", "a\\n", "ä", "x" * 300],
)  # fmt: skip
def test_what_is_no_name_of_a_branch_is_refused(tmp_path, name):
    with pytest.raises(NabError, match=r"sync\.branch") as caught:
        load(write(tmp_path, f'[sync]\nbranch = "{name}"\n'), tmp_path / "state")

    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["", "main", "bench-x", "bench/of-one.machine", "v1.0", "a.lock.b"])
def test_what_git_takes_for_a_branch_is_taken(tmp_path, name):
    assert load(write(tmp_path, f'[sync]\nbranch = "{name}"\n'), tmp_path / "s").settings.sync.branch == name


def test_a_name_of_a_branch_is_one_for_git(tmp_path):
    for name in ("main", "bench/of-one.machine", "v1.0", "a.lock.b"):
        subprocess.run(["git", "check-ref-format", "--branch", name], check=True, capture_output=True)


def test_a_folder_as_the_settings_is_one_sentence(tmp_path):
    with pytest.raises(NabError, match="Is a directory") as caught:
        load(tmp_path, tmp_path / "state")

    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, b"a = 2026-99-99"]
)
def test_what_is_no_toml_is_one_sentence(tmp_path, content):
    file = tmp_path / "nab.toml"
    file.write_bytes(content)

    with pytest.raises(NabError, match="not TOML"):
        load(file, tmp_path / "state")


def test_a_loop_of_links_as_the_settings_is_one_sentence(tmp_path):
    (tmp_path / "nab.toml").symlink_to(tmp_path / "nab.toml")

    with pytest.raises(NabError, match="cannot be read"):
        load(tmp_path / "nab.toml", tmp_path / "state")


def test_two_entrants_never_share_a_model(tmp_path):
    one = '[[entrants]]\nagent = "{}"\nlevel = "L3"\nmodel = "same"\n'

    with pytest.raises(NabError, match="model same is there twice"):
        load(write(tmp_path, one.format("a_one") + one.format("a_two")), tmp_path)


TWO = """
[[entrants]]
agent = "codex"
level = "L4"
model = "nab_codex_l4"
[[entrants]]
agent = "codex"
level = "L4"
model = "nab_codex_l4_b"
"""


def test_two_of_the_same_agent_and_level_are_told_apart_by_their_replica(tmp_path):
    text = f'{TWO}replica = "b"\nllm_model = "gpt-7:mini"\n'

    first, second = load(write(tmp_path, text), tmp_path).settings.entrants

    assert (first.name, first.llm_model) == ("codex-l4", None)
    assert (second.name, second.llm_model) == ("codex-l4-b", "gpt-7:mini")
    assert second.choice.words == "AGENT=codex LEVEL=L4 REPLICA=b"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "entrant codex-l4 is there twice"),
        ('replica = ""', "'' is not a valid name for a replica"),
        ('replica = "B"', "'B' is not a valid name for a replica"),
        ('replica = "second-one"', "'second-one' is not a valid name for a replica"),
        ('replica = "b\\n"', r"'b\n' is not a valid name for a replica"),
        ("replica = 2", "entrants[1].replica"),
        ('replica = "b"\nllm_model = "--help"', "'--help' is not a valid name for a language model"),
        ('replica = "b"\nllm_model = ""', "'' is not a valid name for a language model"),
        ('replica = "b"\nseed = -1', "entrants[1].seed"),
        ('replica = "b"\nllm = "x"', "unknown key `llm`"),
    ],
)
def test_what_tells_no_two_entrants_apart_is_one_sentence(tmp_path, more, said):
    with pytest.raises(NabError) as raised:
        load(write(tmp_path, TWO + more), tmp_path)

    assert said in raised.value.message and "\n" not in raised.value.message
    assert (raised.value.exit_code, bool(raised.value.hint)) == (2, True)


def test_two_replicas_never_share_a_model(tmp_path):
    text = TWO.replace("nab_codex_l4_b", "nab_codex_l4") + 'replica = "b"\n'

    with pytest.raises(NabError, match="model nab_codex_l4 is there twice"):
        load(write(tmp_path, text), tmp_path)


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


OWN = '[providers.vllm]\nbase_url = "http://192.168.1.20:8000/v1"\nkey = "none"\n'


def test_a_provider_of_our_own_is_known_beside_the_vendors(tmp_path):
    config = load(write(tmp_path, OWN), tmp_path / "state")

    assert {"anthropic", "openai", "google", "vllm"} <= set(config.providers)
    assert config.providers["vllm"].url == "https://vllm.models.nab.example/v1"
    assert not keys.for_agent(config, SimpleNamespace(provider="vllm"))


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ('[providers.vllm]\nprotocol = "chat"\nkey = "none"\n', "vllm: base_url is missing"),
        ('[providers.vllm]\nallow = ["POST /v1/x"]\n', "no provider 'vllm'"),
        ('[providers.openai]\nbase_url = "https://a.example"\n', "openai is a vendor of images/providers"),
        (OWN.replace("192.168.1.20", "10.213.0.2"), r"address: 10\.213\.0\.2 is in proxy\.networks"),
        (OWN + 'allow = ["POST elsewhere.example/x"]\n', "providers.vllm.allow: "),
        (OWN + "colour = 1\n", "colour"),
        (OWN.replace('"none"', "5"), r"providers.*key"),
    ],
)
def test_a_mistake_in_a_provider_is_one_sentence_with_its_place(tmp_path, written, complaint):
    with pytest.raises(NabError, match=complaint) as raised:
        load(write(tmp_path, written), tmp_path / "state")
    assert raised.value.exit_code == 2
    assert "nab.toml" in raised.value.message
    assert "\n" not in raised.value.message
