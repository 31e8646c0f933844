import asyncio
from contextlib import suppress

from network import relay


async def echo(reader, writer):
    while piece := await reader.read(1 << 16):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def through(socket, sent):
    server = await relay.serve(("127.0.0.1", 0), socket, "scripted models")
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    received = b""
    with suppress(ConnectionError):
        writer.write(sent)
        while len(received) < len(sent) and (piece := await reader.read(1 << 16)):
            received += piece
    writer.close()
    server.close()
    return received


def test_bytes_go_to_the_socket_and_come_back(tmp_path):
    socket = str(tmp_path / "s")
    sent = b"x" * 3_000_000

    async def scene():
        far = await asyncio.start_unix_server(echo, socket)
        received = await through(socket, sent)
        far.close()
        return received

    assert asyncio.run(scene()) == sent


def test_where_nobody_answers_the_connection_is_closed_and_a_line_says_who_is_missing(tmp_path, capsys):
    assert asyncio.run(through(str(tmp_path / "none"), b"hello")) == b""
    assert "no scripted models at" in capsys.readouterr().out
