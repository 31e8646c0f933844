import pytest

from nab.core.errors import NabError
from nab.core.upkeep import state_format
from nab.doors import light


@pytest.mark.parametrize(
    "written", [None, b"{}", b'{"format": 1, "by": "0.1.0"}', b'{"format": 1, "later": []}']
)
def test_a_folder_without_a_marker_and_one_of_our_form_are_read(written):
    state_format.refuse_newer(written, "/state")


def test_one_of_a_newer_form_is_refused_in_a_sentence_that_says_who_wrote_it():
    with pytest.raises(NabError) as raised:
        state_format.refuse_newer(b'{"format": 2, "by": "3.0.0"}', "/state")

    assert raised.value.message == "/state is of form 2, written by 3.0.0, and this program reads up to 1"
    assert raised.value.exit_code == 2
    assert "nab-release list" in raised.value.hint


@pytest.mark.parametrize("written", [b"", b"[]", b'{"format": "two"}', b"\xff"])
def test_a_marker_that_says_nothing_is_a_sentence_too(written):
    with pytest.raises(NabError, match=r"format\.json says nothing of its form"):
        state_format.refuse_newer(written, "/state")


def test_the_light_doors_know_the_same_number():
    assert light.FORMAT == state_format.FORMAT
