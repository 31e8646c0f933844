from pathlib import Path

from nab import agents
from nab.edges.docker import proxy_box
from nab.edges.docker.proxy_box import Model, Orders
from support.repository.benches import REPOSITORY
from support.repository.vendors import PLACEHOLDERS, VENDORS


def box(tmp_path, **change):
    plan = {
        "name": "nab-proxy-x",
        "record": tmp_path / "run" / "http.jsonl",
        "trust": tmp_path / "trust",
        "user_ids": (1000, 1001),
        "socket_folder": tmp_path / "tournament",
    }
    return proxy_box.ProxyBox(**{**plan, **change})


def test_the_proxy_has_no_privilege_and_writes_only_its_record(tmp_path):
    options = proxy_box.options(box(tmp_path))

    assert options["cap_drop"] == ["ALL"]
    assert options["security_opt"] == ["no-new-privileges"]
    assert options["read_only"]
    assert options["user"] == "1000:1001"
    assert [mount["bind"] for mount in options["volumes"].values() if mount["mode"] == "rw"] == [
        proxy_box.RECORD
    ]
    assert not any("docker.sock" in path for path in options["volumes"])


def test_what_a_proxy_is_told_comes_over_its_standard_input_never_by_a_variable_or_a_file(tmp_path):
    options = proxy_box.options(box(tmp_path))

    assert options["stdin_open"]
    assert "environment" not in options
    assert not any("secret" in path for path in options["volumes"])


def test_orders_do_not_show_the_keys_that_they_carry():
    orders = Orders(
        run="r",
        session="work",
        address="10.213.0.2",
        numerai="live",
        model=Model(id="1", name="mine"),
        keys={"numerai": {"public_id": "REAL", "secret_key": "TOPSECRET"}},
    )

    assert "TOPSECRET" not in repr(orders)


def test_for_the_live_tournament_no_socket_is_mounted(tmp_path):
    options = proxy_box.options(box(tmp_path, socket_folder=None))

    assert "/run/tournament" not in {mount["bind"] for mount in options["volumes"].values()}


def test_only_for_scripted_models_their_folder_is_mounted_and_it_is_read_only(tmp_path):
    none = proxy_box.options(box(tmp_path))["volumes"]
    scripted = proxy_box.options(box(tmp_path, models_folder=tmp_path / "models"))["volumes"]

    assert "/run/models" not in {mount["bind"] for mount in none.values()}
    assert scripted[str(tmp_path / "models")] == {"bind": "/run/models", "mode": "ro"}


def test_every_folder_is_made_before_it_is_mounted(tmp_path):
    order = box(tmp_path, models_folder=tmp_path / "models")

    proxy_box.make_folders(order)

    assert all(Path(folder).is_dir() for folder in proxy_box.volumes(order) if folder != str(order.trust))


def test_the_record_is_made_before_it_is_mounted_and_kept_when_it_is_there(tmp_path):
    order = box(tmp_path)
    proxy_box.make_folders(order)
    order.record.write_text("line\n", encoding="utf-8")

    proxy_box.make_folders(order)

    assert order.record.read_text(encoding="utf-8") == "line\n"


def test_a_client_holds_placeholders_and_the_proxys_address_in_both_cases():
    told = proxy_box.client_environment()

    assert told["HTTPS_PROXY"] == told["https_proxy"] == "http://proxy:3128"
    assert told["NUMERAI_SECRET_KEY"] == proxy_box.PLACEHOLDER_SECRET
    assert not [name for name in told if name.endswith("_API_KEY")]


def cli(name):
    return agents.find(REPOSITORY / "images", name).cli


def placeholders(name, held):
    return proxy_box.model_placeholders(cli(name), VENDORS[cli(name).provider], held)


def test_an_agent_gets_the_placeholder_of_what_is_held_and_an_api_key_goes_before_a_login():
    api_key, login = PLACEHOLDERS["anthropic"]["api_key"], PLACEHOLDERS["anthropic"]["oauth_token"]

    by_both = placeholders("claude", {"oauth_token", "api_key"})
    by_login = placeholders("claude", {"oauth_token"})

    assert by_both == {"ANTHROPIC_API_KEY": api_key}
    assert by_login == {"CLAUDE_CODE_OAUTH_TOKEN": login}


def test_every_variable_of_a_form_is_told():
    told = placeholders("codex", {"api_key"})

    assert told == dict.fromkeys(("OPENAI_API_KEY", "CODEX_API_KEY"), PLACEHOLDERS["openai"]["api_key"])


def test_where_nothing_is_held_that_an_agent_can_use_it_is_told_nothing():
    assert placeholders("gemini", {"oauth_token"}) == {}
