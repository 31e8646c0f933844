import msgspec
import pytest

from nab.core.contract import contract
from nab.core.contract.contract import Contract, Field
from nab.core.errors import NabError


def test_a_contract_that_was_saved_is_read_again():
    saved = Contract(api="x", fields={"Round.number": Field("Int", {}, ["integer"])})

    assert contract.read(msgspec.json.encode(saved), "x.json") == saved


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"fields": 1}', b'{"form": "nab.contract/2"}'])
def test_another_file_is_refused_in_one_sentence(content):
    with pytest.raises(NabError, match=r"x\.json is"):
        contract.read(content, "x.json")
