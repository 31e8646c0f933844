import hashlib

import pytest

from nab.core.errors import NabError
from nab.edges.files import hashed


def test_a_text_is_kept_once_compressed_and_read_as_it_was(tmp_path):
    content = b'{"mmc":null}' * 1000
    names = {hashed.keep(tmp_path, content) for _ in range(2)}

    assert names == {hashlib.sha256(content).hexdigest()}
    assert hashed.read(tmp_path, *names) == content
    assert len(list(tmp_path.iterdir())) == 1
    assert 0 < hashed.taken(tmp_path) < len(content) / 10


def test_an_empty_folder_takes_nothing(tmp_path):
    assert hashed.taken(tmp_path / "none") == 0


@pytest.mark.parametrize("damage", [b"", b"no gzip", None])
def test_a_text_that_is_not_what_it_was_is_not_read(tmp_path, damage):
    name = hashed.keep(tmp_path, b"one")
    path = hashed.where(tmp_path, name)
    path.write_bytes(
        hashed.where(tmp_path, hashed.keep(tmp_path, b"two")).read_bytes() if damage is None else damage
    )

    with pytest.raises(NabError):
        hashed.read(tmp_path, name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_names_no_file(tmp_path, name):
    with pytest.raises(NabError, match="SHA-256"):
        hashed.read(tmp_path, name)


def test_a_text_that_is_not_there_is_said_to_be_kept_elsewhere(tmp_path):
    with pytest.raises(NabError, match="is not there"):
        hashed.read(tmp_path, "0" * 64)
