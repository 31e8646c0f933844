import msgspec

from nab.core.recording.calls.client_coverage import Client, Coverage, read, sentence, table

CURL = Client(client="curl", version="curl 8.1")
NODE = Client(client="node fetch", version="v24", without_proxy="SELF_SIGNED_CERT_IN_CHAIN")


def test_a_box_whose_clients_all_trust_the_proxy_is_told_in_a_line():
    assert sentence(Coverage(clients=(CURL,))) == "1 client checked, all trust the proxy"


def test_a_client_that_fails_one_way_is_named():
    assert sentence(Coverage(clients=(CURL, NODE))) == "1 of 2 clients trust the proxy; not: node fetch"


def test_the_table_shows_what_a_failing_client_said():
    shown = table(Coverage(clients=(CURL, NODE)))

    assert shown.splitlines()[1].split() == ["curl", "curl", "8.1", "ok", "ok"]
    assert "SELF_SIGNED_CERT_IN_CHAIN" in shown


def test_a_check_that_failed_is_told_with_its_reason():
    assert table(Coverage(failed="no end after 60 s")) == "clients were not checked: no end after 60 s"


def test_a_box_without_clients_is_no_success():
    assert sentence(Coverage()) == "no client was found in the box"


def test_the_last_object_printed_is_the_result():
    printed = b"warning: something\n{}\n" + msgspec.json.encode(Coverage(clients=(CURL,))) + b"\n"

    assert read(printed).clients == (CURL,)


def test_a_box_that_prints_no_result_is_told_with_its_last_words():
    found = read(b"Traceback\nPermissionError: no\n")

    assert found.failed == "the check in the box said: PermissionError: no"


def test_a_result_of_another_shape_is_a_failure_and_no_exception():
    assert "printed no table" in (read(b'{"clients": 3}').failed or "")
    assert read(b"").failed == "the check in the box said: nothing"
