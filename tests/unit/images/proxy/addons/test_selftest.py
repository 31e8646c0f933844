import asyncio
import io
import json
import zipfile

import pytest
from addons import selftest


def test_the_package_is_a_wheel_whose_record_lists_all_its_files():
    archive = zipfile.ZipFile(io.BytesIO(selftest.wheel()))

    record = archive.read("nab_self_test-1.0.dist-info/RECORD").decode()
    assert sorted(line.split(",")[0] for line in record.splitlines()) == sorted(archive.namelist())


def test_a_packet_of_git_begins_with_its_whole_length():
    assert selftest.packet("hello") == b"0009hello"


@pytest.mark.parametrize(
    "path", ["/", "/?x=1", "/empty.git/info/refs?service=git-upload-pack", "/npm/nab-self-test"]
)
def test_every_page_is_found_whatever_its_query(path):
    assert selftest.answer(path)[0] == 200


def test_npm_is_told_of_the_version_that_is_latest():
    told = json.loads(selftest.answer("/npm/nab-self-test")[2])

    assert told["dist-tags"]["latest"] in told["versions"]


def test_what_is_not_there_is_a_404_and_no_error():
    assert selftest.answer("/../etc/passwd")[0] == 404


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"nab self-test\n"),
        (b"HEAD / HTTP/1.1\r\n\r\n", b"close\r\n\r\n"),
        (b"POST /nothing HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc", b"nothing here\n"),
    ],
    ids=["a call", "a head", "a call with a body"],
)
def test_it_answers_over_a_socket(sent, expected):
    assert asyncio.run(asked(sent)).endswith(expected)


@pytest.mark.parametrize(
    "sent", [b"\r\n\r\n", b"x" * 100_000], ids=["an empty head", "a head without an end"]
)
def test_nonsense_ends_the_connection_and_nothing_else(sent):
    assert asyncio.run(asked(sent)) == b""


async def asked(sent):
    async with await selftest.serve(("127.0.0.1", 0)) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionError:
            return b""
        finally:
            writer.close()
