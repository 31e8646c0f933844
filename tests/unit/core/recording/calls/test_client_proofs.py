import msgspec
import pytest

from nab.core.recording.calls import client_proofs
from nab.core.recording.calls.client_coverage import Client, Coverage, sentence
from nab.core.recording.calls.client_proofs import Proof, Subject

SUBJECT = Subject(image="sha256:a", proxy="sha256:b", engine="id; 25.0.5", recipe="r")
WELL = Coverage(clients=(Client(client="curl"), Client(client="git")))
PROOF = Proof(subject=SUBJECT, run="a-run", at="2026-05-16T13:02:07Z", coverage=WELL)
FAILS = Client(client="pip", with_proxy="SSLError")


def test_a_proof_holds_for_exactly_what_it_is_of():
    assert client_proofs.stands(PROOF, SUBJECT)
    assert not client_proofs.stands(None, SUBJECT)


@pytest.mark.parametrize("part", Subject.__struct_fields__)
def test_another_image_proxy_engine_or_recipe_has_no_proof_and_another_file(part):
    other = msgspec.structs.replace(SUBJECT, **{part: "another"})

    assert not client_proofs.stands(PROOF, other)
    assert other.name != SUBJECT.name


@pytest.mark.parametrize(
    "found",
    [Coverage(failed="no end"), Coverage(), Coverage(clients=(*WELL.clients, FAILS))],
    ids=["no check", "no clients", "one that fails"],
)
def test_a_failure_is_no_proof_not_even_one_that_somebody_kept(found):
    assert not client_proofs.is_proof(found)
    assert not client_proofs.stands(msgspec.structs.replace(PROOF, coverage=found), SUBJECT)


def test_the_recipe_is_the_same_for_every_run_and_another_for_other_settings_or_certificates():
    usual = {"HTTPS_PROXY": "http://proxy:3128", "NAB_ENTRANT": "codex-l3", "NUMERAI_MODEL_ID": "m"}
    recipe = client_proofs.recipe(usual, ("ab", "cd"))

    assert (
        client_proofs.recipe({**usual, "NAB_ENTRANT": "codex-l4", "NUMERAI_MODEL_ID": "n"}, ("ab", "cd"))
        == recipe
    )
    assert client_proofs.recipe(dict(reversed(usual.items())), ("ab", "cd")) == recipe
    assert client_proofs.recipe({**usual, "HTTPS_PROXY": "http://proxy:8080"}, ("ab", "cd")) != recipe
    assert client_proofs.recipe(usual, ("ab", "other")) != recipe


def test_a_run_whose_clients_were_proved_before_says_where_and_when():
    told = client_proofs.as_told(PROOF)

    assert (
        sentence(told)
        == "2 clients checked, all trust the proxy, as was proved at 2026-05-16T13:02:07Z in a-run"
    )
    assert client_proofs.is_proof(told)
