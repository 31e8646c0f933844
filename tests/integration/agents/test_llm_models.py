"""An entrant whose language model is not its agent's usual one: the real program asks for it, and it is on record."""

import pytest

from nab.core.facts import UsageCounted
from support.worlds.coding import coding_world

OTHER = "gpt-7-nab"  # without a price
REPLICA = f'[[entrants]]\nagent = "codex"\nlevel = "L3"\nreplica = "b"\nmodel = "m"\nllm_model = "{OTHER}"\n'


@pytest.mark.timeout(300)
def test_a_replica_asks_its_vendor_for_the_model_of_its_entrant_and_costs_say_that_it_has_no_price():
    with coding_world("basic", more=REPLICA) as world:
        run = world.finish(world.begin("codex", "L3", replica="b"))

        assert (run.entrant, run.intended.llm, run.intended.replica) == ("codex-l3-b", OTHER, "b")
        assert {fact.model for fact in world.facts(UsageCounted)} == {OTHER}
        assert {entry["model"] for entry in world.models.ledger()["entries"]} == {OTHER}
        told = world.script("costs.py", "--run", run.name).stdout
        assert OTHER in told and "unpriced" in told
