"""The proxy's reader of usage, on our streams: whole ones and such as broke off anywhere."""

import sys

import pytest

from nab.models.turns import Usage
from support.repository.benches import REPOSITORY
from unit.models.test_providers_answers import SPOKEN, frames

sys.path.insert(0, str(REPOSITORY / "images" / "proxy"))
from models import usage as proxy


@pytest.mark.parametrize("name", SPOKEN)
def test_what_the_proxy_counts_is_what_was_reported(name):
    counted, sent = proxy.Usage({"chat": "openai"}.get(name, name)), Usage()
    for frame in frames(name):
        for line in frame.content.decode().splitlines():
            counted.read(line.removeprefix("data: "))
        said, sent = counted.said(), frame.usage
        if said is not None:
            assert Usage(**{field: said[field] or 0 for field in Usage.__struct_fields__}) == sent
    assert said["complete"]
