"""Clients other than numerapi: /graphql, GET, introspection, the MCP address and the rate limits."""

from __future__ import annotations

from collections.abc import Iterator

import graphql
import pytest
import requests

from support.servers.local_tournaments import Server, eventually


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # However slow this machine is, it is still the first round at the end.
    pace = ("--rounds-every", "7200", "--window", "3600", "--scoring-day", "600")
    running = Server(tmp_path_factory.mktemp("r"), *pace, "--model", "ours")
    yield running
    assert running.ends() == 0


@pytest.mark.parametrize("path", ["/", "/graphql"])
def test_a_query_in_the_address_is_answered(server, path):
    asked = {"query": "query($n: Int){ rounds(number: $n) { number } }", "variables": '{"n": 1401}'}

    assert requests.get(server.url + path, params=asked, timeout=10).json() == {
        "data": {"rounds": [{"number": 1401}]}
    }


def test_the_whole_schema_can_be_read_without_a_token(server):
    asked = {"query": graphql.get_introspection_query()}
    found = requests.post(f"{server.url}/graphql", json=asked, timeout=10).json()
    schema = graphql.build_client_schema(found["data"])

    assert schema.query_type is not None
    assert {"v2Leaderboard", "submissions"} <= set(schema.query_type.fields)


def test_a_question_about_the_schema_may_stand_beside_others(server):
    asked = {
        "query": '{ __typename again: __type(name: "ApiToken") { name } rounds(number: 1401) { number } }'
    }
    found = requests.post(server.url, json=asked, timeout=10).json()

    assert found["data"] == {
        "__typename": "RootQueryType",
        "again": {"name": "ApiToken"},
        "rounds": [{"number": 1401}],
    }


@pytest.mark.parametrize(("method", "path"), [("POST", "/mcp"), ("GET", "/mcp"), ("GET", "/mcp/sse")])
def test_mcp_is_said_to_be_missing(server, method, path):
    answer = requests.request(method, server.url + path, timeout=10)

    assert answer.status_code == 501
    assert answer.json()["error"] == "not_supported"


def test_over_the_limit_the_answer_is_429_and_numerapi_has_no_data(server, monkeypatch):
    api = server.client(monkeypatch)
    for _ in range(5):
        with pytest.raises(ValueError, match="FileNotFoundError"):
            api.raw_query('mutation{ createDiagnostics(filename: "x") { id } }', authorization=True)

    assert api.raw_query('mutation{ createDiagnostics(filename: "x") { id } }', authorization=True) == {}
    assert eventually(api.get_models)


def test_all_limits_hold_when_asked_for(tmp_path, monkeypatch):
    running = Server(tmp_path, "--rate-limits", "all")
    api = running.client(monkeypatch)
    for _ in range(10):
        assert api.list_datasets()
    with pytest.raises(KeyError, match="data"):
        api.list_datasets()
    assert running.ends() == 0


def test_the_status_page_shows_where_the_tournament_is_and_runs_nothing(server):
    requests.post(f"{server.url}/admin/faults", json={"fault": "html:operation=<b>x</b>"}, timeout=10)
    answer = requests.get(f"{server.url}/admin/", timeout=10)

    assert answer.status_code == 200
    assert "<td>ours</td>" in answer.text
    assert "<td>1401</td><td>OPEN</td>" in answer.text
    assert "html:operation=&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["clock", "advance"])
@pytest.mark.parametrize("seconds", [-1, "soon", 1e12])
def test_time_cannot_be_moved_back_or_out_of_this_world(server, path, seconds):
    answer = requests.post(f"{server.url}/admin/{path}", json={"seconds": seconds}, timeout=10)

    assert answer.status_code == 400
    assert "seconds cannot be" in answer.json()["error"]


def test_nobody_can_go_on_to_what_is_none(server):
    answer = requests.post(f"{server.url}/admin/advance", json={"until": "soon"}, timeout=10)

    assert answer.json() == {
        "error": "until cannot be soon",
        "hint": "choose from open, closed, scored, resolved",
    }


def test_the_next_event_comes_at_once_and_the_clock_stays(server):
    before = server.health()
    moved = requests.post(f"{server.url}/admin/advance", json={}, timeout=10).json()
    after = server.health()

    assert moved["now"] < before["closes_on_time"]
    assert (after["open"], after["round"], after["opens"]) == (False, before["round"], before["opens"])
    assert after["closes_on_time"] <= moved["now"]
    (line,) = moved["told"]
    assert line.startswith(
        f"round {before['round']} closed at {after['closes_on_time']}; it was to close at "
    )


def test_a_newcomers_model_is_there_at_once(server):
    given = [
        requests.post(f"{server.url}/admin/models", json={"name": "late"}, timeout=10).json()
        for _ in range(2)
    ]
    refused = requests.post(f"{server.url}/admin/models", json={"name": "No Name"}, timeout=10)

    assert given[0] == given[1]
    assert server.health()["models"]["late"] == given[0]["id"]
    assert (refused.status_code, refused.json()["hint"]) == (400, "a-z, 0-9 and _, 40 at most")
