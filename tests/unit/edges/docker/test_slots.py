"""A box that cannot be paused: whether that is tried again is a matter of whose fault it is."""

import pytest
import requests
from docker.errors import APIError

from nab.core.errors import NabError
from nab.edges.docker import boxes, slots
from nab.edges.docker.engine import EngineSilent


class Box:
    name, status = "nab-slot-gpu0", "running"


class Engine:
    """An engine that answers every pause with an error."""

    def __init__(self, status):
        self.containers = self
        self.answer = requests.Response()
        self.answer.status_code = status

    def get(self, box_id):
        return self

    def pause(self):
        raise APIError("no", response=self.answer, explanation="unable to freeze")


@pytest.mark.parametrize(("status", "again"), [(500, True), (409, False)], ids=["its trouble", "refused"])
def test_a_box_that_the_engine_cannot_freeze_now_is_tried_again(monkeypatch, status, again):
    monkeypatch.setattr(boxes, "inspect", lambda engine, box_id: Box)

    with pytest.raises(NabError, match="nab-slot-gpu0 cannot be paused: unable to freeze") as raised:
        slots.pause(Engine(status), "c1")

    assert isinstance(raised.value, EngineSilent) is again


def test_a_box_that_ended_meanwhile_needs_no_pause(monkeypatch):
    monkeypatch.setattr(boxes, "inspect", lambda engine, box_id: None)

    slots.pause(Engine(500), "c1")
