"""Carry connections to a local port on to a UNIX socket: the proxy's engine cannot dial one itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CHUNK = 1 << 18


async def serve(address: tuple[str, int], socket: str, name: str) -> asyncio.Server:
    """Listen on the address; every connection gets one of its own to the socket of whom `name` names."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(socket, limit=CHUNK)
        except OSError as error:
            print(f"nab proxy: no {name} at {socket}: {error.strerror}", flush=True)
            writer.transport.abort()
            return
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    return await asyncio.start_server(connected, *address, limit=CHUNK)


async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copy until the source ends, then close the sink."""
    with suppress(ConnectionError):
        while piece := await source.read(CHUNK):
            sink.write(piece)
            await sink.drain()
    with suppress(ConnectionError, RuntimeError):
        sink.close()
