import asyncio
import asyncio.streams

import pytest
from network import read_size

SENT = b"x" * (4 << 20)


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(asyncio.streams, "StreamReader", asyncio.StreamReader)
    read_size.install()


def test_a_read_of_64_kib_brings_more_where_more_is_there_and_nothing_is_lost(installed):
    async def send(_reader, writer):
        writer.write(SENT)
        await writer.drain()
        writer.close()

    async def scene():
        server = await asyncio.start_server(send, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        pieces = []
        await asyncio.sleep(0.1)
        while piece := await reader.read(65535):
            pieces.append(piece)
        writer.close()
        server.close()
        return pieces

    pieces = asyncio.run(scene())

    assert b"".join(pieces) == SENT
    assert max(map(len, pieces)) > 65535
