import ssl
from pathlib import Path

import certifi

from nab.edges.docker import trust

BEGIN = "-----BEGIN CERTIFICATE-----"


def public_certificates(count):
    text = Path(certifi.where()).read_text(encoding="utf-8")
    return ["\n".join([BEGIN, *block.split("\n")[1:]]) for block in text.split(BEGIN)[1 : count + 1]]


def test_a_certificate_that_only_this_machine_trusts_is_carried_along(tmp_path, monkeypatch):
    known, own = public_certificates(2)
    bundle = tmp_path / "bundle.crt"
    bundle.write_text(f"# known\n{known}\n# our company\n{own}\n", encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setattr(trust, "ADDED_BY_HAND", tmp_path / "none")
    monkeypatch.setattr(trust, "public", lambda: set(trust.certificates([bundle])[:1]))

    extra = trust.host_extra_certificates()

    assert [ssl.PEM_cert_to_DER_cert(pem) for pem in extra.values()] == trust.certificates([bundle])[1:]
    assert all(name.endswith(".crt") for name in extra)


def test_what_is_added_by_hand_is_carried_along_once(tmp_path, monkeypatch):
    (own,) = public_certificates(1)
    for name in ("a.crt", "deeper/b.crt", "ignored.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(own, encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setattr(trust, "ADDED_BY_HAND", tmp_path)
    monkeypatch.setattr(trust, "public", set)

    assert len(trust.host_extra_certificates()) == 1


def test_the_public_roots_alone_are_nothing_extra(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setattr(trust, "ADDED_BY_HAND", tmp_path)

    assert trust.host_extra_certificates() == {}


def test_text_around_and_half_a_certificate_are_passed_over(tmp_path):
    (one,) = public_certificates(1)
    file = tmp_path / "odd.crt"
    file.write_text(f"hello\n{one}\n{BEGIN}\nAAAA", encoding="ascii")

    assert len(trust.certificates([file, tmp_path / "missing"])) == 1


def test_every_variable_points_at_a_file_that_is_mounted(tmp_path):
    mounted = {mount["bind"]: mount["mode"] for mount in trust.agent_mounts(trust.Trust(tmp_path)).values()}

    assert set(trust.agent_environment().values()) == set(mounted)
    assert set(mounted.values()) == {"ro"}


def test_the_authoritys_key_is_not_mounted_into_an_agent(tmp_path):
    mounted = trust.agent_mounts(trust.Trust(tmp_path))

    assert set(mounted) == {str(tmp_path / "bundle.crt"), str(tmp_path / "ca.crt")}
