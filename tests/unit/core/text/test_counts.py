import pytest

from nab.core.text.counts import number_of


@pytest.mark.parametrize(
    ("number", "nouns", "said"),
    [
        (0, ("pair",), "0 pairs"),
        (1, ("pair",), "1 pair"),
        (1_200, ("entry", "entries"), "1,200 entries"),
        (1, ("entry", "entries"), "1 entry"),
    ],
)
def test_a_noun_is_in_the_singular_at_one_alone(number, nouns, said):
    assert number_of(number, *nouns) == said
