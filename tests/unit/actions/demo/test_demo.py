"""Who takes part in make demo, and what it says of its steps."""

import pytest

from nab.actions.demo import demo
from nab.core.errors import NabError
from nab.edges.host.progress import Step
from support.repository.benches import config_on

ENTRANTS = """
[[entrants]]
agent = "codex"
level = "L3"
model = "nab_codex_l3"
[[entrants]]
agent = "codex"
level = "L3"
replica = "b"
model = "nab_codex_l3_b"
[[entrants]]
agent = "baseline"
level = "L3"
replica = "b"
model = "nab_baseline_l3_b"
"""


def test_every_replica_of_the_chosen_agent_takes_part_and_without_one_every_control(tmp_path):
    config = config_on(tmp_path, ENTRANTS)

    assert [one.name for one in demo.taking_part(config, "codex")] == ["codex-l3", "codex-l3-b"]
    assert [one.name for one in demo.taking_part(config, "")] == ["baseline-l3-b"]


def test_what_every_step_took_is_a_table_with_the_time_of_all_of_it():
    packages, proxy, control = Step("packages"), Step("building nab/proxy"), Step("building nab/control")
    for one, began, took in ((packages, 100, 45), (proxy, 145, 27), (control, 145, 53)):
        one.began, one.took = float(began), float(took)

    assert demo.took([packages, proxy, control], began=100).splitlines() == [
        "step                  begins at  takes",
        "packages              0.0 s      45 s",
        "building nab/proxy    45 s       27 s",
        "building nab/control  45 s       53 s",
        "all of it                        1 min 38 s",
    ]


def test_an_agent_that_the_demo_does_not_name_takes_part_with_the_operators_providers(tmp_path):
    own = '[providers.vllm]\nbase_url = "http://192.168.1.20:8000/v1"\npaths = ["POST /chat/completions"]\n'
    config = config_on(tmp_path, own)
    made = demo.demo_config(config, "example")

    assert [one.name for one in demo.taking_part(made, "example")] == ["example-l3"]
    assert made.settings.providers == config.settings.providers
    assert made.settings.models.kind == "scripted"
    assert (made.file, made.paths.root) == (config.paths.root / "demo.toml", config.paths.root / "demo")
    assert demo.demo_config(config, "codex").file == demo.SETTINGS


def test_an_agent_that_there_is_not_is_answered_with_those_that_there_are(tmp_path):
    with pytest.raises(NabError, match="no agent nobody") as raised:
        demo.demo_config(config_on(tmp_path), "nobody")
    assert "codex" in raised.value.hint
