import pytest

from nab.core.errors import NabError
from nab.edges import proxy_box


def box(tmp_path, **change):
    key = tmp_path / "key.json"
    key.touch()
    plan = {
        "name": "nab-proxy-x",
        "run": "x",
        "session": "s1",
        "numerai": "local",
        "record": tmp_path / "run" / "http.jsonl",
        "trust": tmp_path / "trust",
        "key": key,
        "user_ids": (1000, 1001),
        "socket_folder": tmp_path / "tournament",
    }
    return proxy_box.ProxyBox(**{**plan, **change})


def test_the_proxy_has_no_privilege_and_writes_one_file(tmp_path):
    options = proxy_box.options(box(tmp_path))

    assert options["cap_drop"] == ["ALL"]
    assert options["security_opt"] == ["no-new-privileges"]
    assert options["read_only"]
    assert options["user"] == "1000:1001"
    assert [mount["bind"] for mount in options["volumes"].values() if mount["mode"] == "rw"] == [
        "/record/http.jsonl"
    ]
    assert not any("docker.sock" in path for path in options["volumes"])


def test_the_real_key_is_a_file_never_a_variable(tmp_path):
    order = box(tmp_path)
    order.key.write_text('{"public_id": "REAL", "secret_key": "TOPSECRET"}', encoding="utf-8")

    assert "TOPSECRET" not in str(proxy_box.options(order))


def test_for_the_live_tournament_no_socket_is_mounted(tmp_path):
    options = proxy_box.options(box(tmp_path, numerai="live", socket_folder=None))

    assert "/run/tournament" not in {mount["bind"] for mount in options["volumes"].values()}
    assert options["environment"]["NAB_NUMERAI"] == "live"


def test_the_record_is_made_before_it_is_mounted_and_kept_when_it_is_there(tmp_path):
    order = box(tmp_path)
    proxy_box.make_record(order)
    order.record.write_text("line\n", encoding="utf-8")

    proxy_box.make_record(order)

    assert order.record.read_text(encoding="utf-8") == "line\n"


def test_without_a_key_nothing_is_started(tmp_path):
    with pytest.raises(NabError, match="no Numerai key"):
        proxy_box.make_record(box(tmp_path, key=tmp_path / "none.json"))


def test_a_client_holds_placeholders_and_the_proxys_address_in_both_cases():
    told = proxy_box.client_environment()

    assert told["HTTPS_PROXY"] == told["https_proxy"] == "http://proxy:3128"
    assert told["NUMERAI_SECRET_KEY"] == "nab-placeholder-secret"
