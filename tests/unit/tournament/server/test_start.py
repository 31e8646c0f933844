"""What a tournament is started with, where the command line leaves it to nab.toml."""

from nab.tournament.rounds.pace import Pace
from nab.tournament.server import start
from support.repository.benches import config_on

TWO = """
[[entrants]]
agent = "codex"
level = "L4"
model = "nab_codex_l4"
[[entrants]]
agent = "codex"
level = "L4"
replica = "b"
model = "nab_codex_l4_b"
"""
NOTHING = {
    **{name: getattr(Pace(), name) for name in Pace.__struct_fields__},
    "port": None, "size": "tiny", "seed": 1, "models": (), "scopes": (), "rate_limits": None, "faults": (),
}  # fmt: skip


def test_its_account_has_a_model_for_every_entrant_replicas_too(tmp_path):
    made = start.options(config_on(tmp_path, TWO), NOTHING)

    assert made.models == ("nab_codex_l4", "nab_codex_l4_b")
