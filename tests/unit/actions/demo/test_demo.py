"""Who takes part in make demo."""

from nab.actions.demo import demo
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
