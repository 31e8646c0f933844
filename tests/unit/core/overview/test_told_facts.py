import pytest

from nab.core.facts.base import Fact
from nab.core.overview import told_facts

KINDS = [
    one
    for one in vars(told_facts).values()
    if isinstance(one, type) and issubclass(one, Fact) and one.__module__ == told_facts.__name__
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_told_fact_has_the_names_of_the_fact_in_their_order(kind):
    (fact,) = kind.__bases__

    assert kind.__struct_fields__ == fact.__struct_fields__
    assert kind.__struct_config__.tag == fact.__struct_config__.tag
    assert not kind.__struct_config__.forbid_unknown_fields
