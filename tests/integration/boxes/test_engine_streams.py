"""What is read of a box and left before its end: nothing may complain later, as Python does from 3.13 on."""

import subprocess
import sys
import threading
import uuid

import pytest

from nab.edges.docker import boxes
from support.engines.engines import engine_or_skip, image_or_skip
from support.repository.benches import REPOSITORY

PROGRAM = """
import gc, sys
from nab.edges.docker import boxes, engine

client, box = engine.connect(), sys.argv[1]
boxes.start_with_input(client, box, b"hello")
printed = boxes.output(client, box, follow=True)
assert next(printed) == b"hello\\n"
printed.close()
stream, _ = boxes.execute(client, box, ["yes"], {})
next(stream)
del printed, stream
assert not boxes.ended_within(client, box, 0.2)
gc.collect()
"""


@pytest.fixture
def box():
    client = engine_or_skip()
    made = boxes.create(client, {
        "image": image_or_skip("nab/base"), "command": ["sh", "-c", "read word; echo $word; sleep 60"],
        "name": f"streams-{uuid.uuid4().hex[:8]}", "stdin_open": True, "network_mode": "none",
    })  # fmt: skip
    yield made.id
    boxes.remove(client, made.id)


def test_a_box_that_somebody_is_removing_is_looked_at_and_read_without_an_error():
    client = engine_or_skip()
    for _ in range(4):
        made = boxes.create(client, {
            "image": image_or_skip("nab/base"), "command": ["sh", "-c", "echo here; sleep 60"],
            "name": f"streams-{uuid.uuid4().hex[:8]}", "network_mode": "none",
        })  # fmt: skip
        boxes.start(client, made.id)
        removing = threading.Thread(target=boxes.remove, args=(client, made.id))
        removing.start()
        while boxes.inspect(client, made.id):
            assert b"".join(boxes.output(client, made.id, follow=False)) in {b"", b"here\n"}
        removing.join()

        assert list(boxes.output(client, made.id, follow=True)) == []


def test_nothing_complains_of_a_stream_that_was_left_before_its_end(box):
    words = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(REPOSITORY / 'lib')!r})\n{PROGRAM}",
        box,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
