"""The three real programs, driven against the scripted models: nothing here leaves this machine."""

import json

import pytest

from nab.models.turns import Usage
from support.engines.engines import engine_or_skip, image_or_skip
from support.servers.local_tournaments import Server as Tournament
from support.servers.local_tournaments import fresh_round
from support.servers.scripted_models import Box, Server

PROGRAMS = ["claude", "codex", "gemini"]
ENDS = {"claude": "result", "codex": "turn.completed", "gemini": "result"}
# numerapi has its address in its code: the box's Python is told another when it starts.
TURNED = "from numerapi import base_api\nbase_api.API_TOURNAMENT_URL = {url!r}\n"


@pytest.fixture(params=PROGRAMS)
def program(request):
    engine_or_skip()
    image_or_skip(f"nab/agent-{request.param}")
    return request.param


@pytest.fixture
def server(tmp_path):
    started = Server(tmp_path / "state", "--key", "anthropic=test-key", "--key", "openai=test-key")
    yield started
    assert "Traceback" not in started.ends()


def claims(program, ended):
    """Return the tokens that the program itself counts in its last line."""
    last = ended.of(ENDS[program])[-1]
    match program:
        case "claude":
            said = last["usage"]
            return Usage(
                said["input_tokens"],
                said["cache_read_input_tokens"],
                said["cache_creation_input_tokens"],
                said["output_tokens"],
                said["output_tokens_details"]["thinking_tokens"],
            )
        case "codex":
            said = last["usage"]
            read, written = said["cached_input_tokens"], said["cache_write_input_tokens"]
            new = said["input_tokens"] - read - written
            return Usage(new, read, written, said["output_tokens"], said["reasoning_output_tokens"])
        case "gemini":
            # It leaves thoughts out of the output, and has them in the total.
            said = last["stats"]
            thought = said["total_tokens"] - said["input_tokens"] - said["output_tokens"]
            return Usage(said["input"], said["cached"], 0, said["output_tokens"] + thought, thought)


def test_it_works_with_its_own_shell_and_counts_as_we_do(program, server):
    with Box(program, server) as box:
        ended = box.run("SCENARIO:basic please")
        printed = box.sh("./submit.sh")

    print(f"{program}: {ended.seconds:.1f} s")
    assert (ended.exit_code, printed) == (0, "submitted\n"), ended.printed
    steps = [entry["step"] for entry in server.ledger()["entries"] if entry["scenario"] == "basic"]
    assert steps == [0, 1, 2, 3]
    assert claims(program, ended) == server.usage()


def test_a_rate_limit_passes(program, server):
    with Box(program, server) as box:
        ended = box.run("SCENARIO:rate-limit:times=2,then=basic please")

    entries = server.ledger()["entries"]
    assert ended.exit_code == 0, ended.printed
    assert [entry["status"] for entry in entries[:3]] == [429, 429, 200]
    assert claims(program, ended) == server.usage()


def test_a_key_that_is_not_taken_ends_it(program, server):
    with Box(program, server, {"CLAUDE_CODE_MAX_RETRIES": "1"}) as box:
        ended = box.run("SCENARIO:auth please")

    assert ended.exit_code not in (0, 124), ended.printed
    assert server.usage() == Usage()


def test_a_cut_stream_is_counted_to_the_last_frame_and_the_work_goes_on(program, server):
    with Box(program, server) as box:
        ended = box.run("SCENARIO:stream-cut:then=basic please")
        if program == "gemini":
            # It gives up where a stream breaks off, and goes on when it is resumed.
            assert ended.exit_code == 1, ended.printed
            ended = box.run("Go on.", again=True)
        assert box.sh("./submit.sh") == "submitted\n"

    cut = [entry for entry in server.ledger()["entries"] if not entry["finished"]]
    assert ended.exit_code == 0, ended.printed
    assert [(entry["step"], entry["status"]) for entry in cut] == [(1, 200)]
    assert cut[0]["usage"] != cut[0]["planned"]


def test_a_killed_program_leaves_an_unfinished_stream_and_is_resumed(program, server):
    with Box(program, server) as box:
        killed = box.run("SCENARIO:slow:seconds=30,then=basic please", seconds=12, signal="KILL")
        resumed = box.run("SCENARIO:basic and now quickly", again=True)

    entries = server.ledger()["entries"]
    assert killed.exit_code == 137, killed.printed
    assert resumed.exit_code == 0, resumed.printed
    assert [entry["finished"] for entry in entries] == [False, True, True, True, True]
    assert [entry["prompts"] for entry in entries] == [1, 2, 2, 2, 2]


@pytest.mark.timeout(600)
def test_it_makes_a_submission(program, server, tmp_path, tmp_path_factory):
    tournament = Tournament(tmp_path / "numerai", "--rounds-every", "150", "--window", "140")
    try:
        key = json.loads((tournament.folder / "key.json").read_text())
        model = next(iter(tournament.health()["models"].values()))
        site = tmp_path_factory.mktemp("site")
        site.chmod(0o755)
        (site / "sitecustomize.py").write_text(TURNED.format(url=tournament.url))
        told = {
            "PYTHONPATH": "/site",
            "NUMERAI_MODEL_ID": model,
            "NUMERAI_PUBLIC_ID": key["public_id"],
            "NUMERAI_SECRET_KEY": key["secret_key"],
        }
        fresh_round(tournament, 100)
        with Box(program, server, told, (f"--volume={site}:/site:ro",)) as box:
            ended = box.run("SCENARIO:submit please", seconds=240)
            print(f"{program}: {ended.seconds:.1f} s")
            assert ended.exit_code == 0, ended.printed
            assert "submission id:" in box.sh("cd / && /workspace/submit.sh")
    finally:
        tournament.ends()
    assert claims(program, ended) == server.usage()


def test_the_server_listens_on_a_socket_that_every_user_may_reach(server):
    assert oct(server.socket.stat().st_mode)[-3:] == "666"
