# Drives a terminal in a box: attach.py SOCKET BOX.
import asyncio
import json
import re
import sys

import websockets


async def until(socket, pattern):
    seen = b""
    while True:
        message = await socket.recv()
        assert isinstance(message, bytes), message
        seen += message
        found = re.search(pattern, seen)
        if found:
            return found.groups()


async def main(path, box):
    uri = f"ws://boxrun/v1/boxes/{box}/attach?shell=/bin/bash&cols=100&rows=30&term=xterm-256color"
    async with websockets.unix_connect(path, uri, compression=None) as socket:
        await socket.send(b"stty size\r")
        rows, columns = await until(socket, rb"[\r\n](\d+) (\d+)\r")
        print("size", rows.decode(), columns.decode())
        await socket.send(json.dumps({"type": "resize", "cols": 132, "rows": 43}))
        await socket.send(b"stty size\r")
        rows, columns = await until(socket, rb"[\r\n](43) (\d+)\r")
        print("resized", rows.decode(), columns.decode())
        await socket.send(b"echo be''gun; sleep 1000\r")
        await until(socket, rb"begun\r")
        await socket.send(b"\x03")
        await until(socket, rb"\^C")
        await socket.send(b"echo code-$?\r")
        (code,) = await until(socket, rb"code-(\d+)\r")
        print("interrupted", code.decode())
        await socket.send(b"stty raw -echo; printf go''on; head -c 1000000; stty sane\r")
        await until(socket, rb"goon")
        block = bytes(i * 7 % 256 for i in range(1000))
        sending = asyncio.create_task(send(socket, block))
        echoed = b""
        while len(echoed) < 1000000:
            echoed += await socket.recv()
        await sending
        assert echoed[:1000000] == block * 1000
        print("bytes", 1000000)
        await socket.send(b"exit 9\r")
        while True:
            message = await socket.recv()
            if isinstance(message, str):
                break
        print("exit", json.loads(message)["code"])
        try:
            await socket.recv()
        except websockets.ConnectionClosed as closed:
            print("closed", closed.code)


async def send(socket, block):
    for _ in range(1000):
        await socket.send(block)


asyncio.run(main(*sys.argv[1:]))
