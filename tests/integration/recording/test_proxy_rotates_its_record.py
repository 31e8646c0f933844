"""The real proxy closes segments of its record while calls are under way, and whoever reads it misses nothing."""

import base64
import json
import os
import time

import pytest

from nab.actions.log import verify
from nab.actions.recording.calls import har
from nab.actions.recording.calls.denials import Denials
from nab.actions.usage import counting
from nab.core.facts import CallsDenied, UsageCounted
from nab.core.recording.calls import lines
from nab.edges.files import files, records
from support.records.answers_of_models import RUN, bench_with_a_run, the_run
from support.records.logs import WHO
from support.servers import internets, proxies
from support.worlds.sync import SyncWorld

SEGMENT = 6000  # bytes: about eight lines
CALLS, TIMES = 8, 3
API = "https://api-tournament.numer.ai"
QUERY = json.dumps({"query": "{ rounds(tournament: 8) { number } }", "variables": None})
ANSWER = {"model": "gpt-6.1-sol", "usage": {"input_tokens": 100, "output_tokens": 7}}
SAID = "data: " + json.dumps({"type": "response.completed", "response": ANSWER}) + "\n\n"
PAGE = {"type": "text/event-stream", "pieces": [base64.b64encode(SAID.encode()).decode()]}
MODEL = "https://api.openai.com/say/" + base64.urlsafe_b64encode(json.dumps(PAGE).encode()).decode()
LONG = "https://example.org/bytes/20971520"
READ_LATER = f"curl -sS {LONG} | (until [ -e /tmp/go ]; do sleep 0.1; done; cat > /dev/null)"
EACH = f"""
for _ in $(seq {CALLS}); do
  curl -sS {API} -H 'content-type: application/json' -d '{QUERY}' -o /dev/null
  curl -sS {MODEL} -o /dev/null
  curl -sS http://10.9.8.7/ -o /dev/null
done
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("segments")
    with (
        internets.internet(root) as internet,
        proxies.lab(root, numerai="live", change=internet.change, run=RUN, segment_bytes=SEGMENT) as lab,
    ):
        yield lab


def told(lab):
    return list(lines.calls(records.lines(lab.record)))


def waited_for(lab, found, seconds=60):
    deadline = time.monotonic() + seconds
    while not any(map(found, told(lab))):
        assert time.monotonic() < deadline, told(lab)[-3:]
        time.sleep(0.05)


@pytest.mark.full
def test_a_record_that_was_cut_in_segments_is_one_record_to_whoever_reads_it(lab, tmp_path):
    world = SyncWorld(tmp_path.resolve())
    bench = bench_with_a_run(tmp_path, settings=world.settings)
    calls = bench.run(RUN).http.parent
    files.make_folder(calls.parent)
    calls.symlink_to(lab.record.parent)
    follower = Denials(bench, WHO, RUN)

    lab.box.exec_run(["bash", "-c", READ_LATER], detach=True)
    waited_for(lab, lambda call: call.path == "/bytes/20971520" and call.phase == "start")
    for _ in range(TIMES):
        lab.run("bash", "-c", EACH)
        follower.look()
        counting.count(bench, the_run(bench), "work-1")
    lab.run("touch", "/tmp/go")
    waited_for(lab, lambda call: call.path == "/bytes/20971520" and call.phase == "done")
    lab.proxy.stop(timeout=10)
    follower.look(last=True)
    counting.count(bench, the_run(bench), "work-1")

    made = records.of(lab.record)
    assert len(made) > 8 and len(records.of(lab.record.with_name("bodies.jsonl"))) > 1
    sizes = [one.path.stat().st_size for one in made]
    assert [start + size for (start, _), size in zip(made[:-1], sizes, strict=False)] == [
        one.start for one in made[1:]
    ]
    assert all(SEGMENT <= size < SEGMENT + 4096 for size in sizes[:-1])
    slow = [one for one in made if b"/bytes/20971520" in one.path.read_bytes()]
    assert slow[0] != slow[-1]  # it began in one and ended in another, each of its lines whole
    numbers = [json.loads(line)["seq"] for line in records.lines(lab.record)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert verify.holes_of(bench) == {}

    facts = [event.fact for event in bench.log.events()]
    assert sum(fact.answers for fact in facts if isinstance(fact, UsageCounted)) == CALLS * TIMES
    assert sum(fact.count for fact in facts if isinstance(fact, CallsDenied)) == CALLS * TIMES

    entries = json.loads(b"".join(har.archive(bench, RUN)))["log"]["entries"]
    asked = [one for one in entries if one["request"]["url"].startswith(API)]
    assert len(asked) == CALLS * TIMES
    assert {json.loads(one["request"]["postData"]["text"])["query"] for one in asked} == {
        json.loads(QUERY)["query"]
    }

    calls.unlink()
    os.rename(lab.record.parent, calls)  # noqa: PTH104 - as the harness has it: the sync follows no link
    world.tick()
    there = "".join(world.joined(f"runs/{RUN}/calls/{one.path.name}") for one in made)
    assert there.encode() == b"".join(line + b"\n" for line in records.lines(bench.run(RUN).http))
