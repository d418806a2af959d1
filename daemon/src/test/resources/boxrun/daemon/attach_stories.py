"""Tells the stories of attach-stories.json with Python's websockets: attach_stories.py STORIES WHERE BOX RUN TOKEN.

WHERE is http://host:port or the path of a Unix socket; RUN is in the names of what the stories make.
Prints the name of each story that went well, and "frame" and the text of each text frame that came.
"""

import asyncio
import json
import sys

import websockets


class Terminal:
    def __init__(self, socket):
        self.socket = socket
        self.shown = b""

    async def more(self):
        message = await self.socket.recv()
        assert isinstance(message, bytes), message
        self.shown += message

    async def type(self, text):
        await self.socket.send(text.encode("latin-1"))

    async def resize(self, cols, rows):
        await self.socket.send(json.dumps({"type": "resize", "cols": cols, "rows": rows}))

    # What `await` does, which is a word of the language.
    async def wait_for(self, text):
        expected = text.encode("latin-1")
        while expected not in self.shown:
            await self.more()
        self.shown = self.shown[self.shown.index(expected) + len(expected) :]

    async def echo(self, count):
        pattern = bytes(i * 7 % 256 for i in range(count))
        sending = asyncio.create_task(self.send_pieces(pattern))
        while len(self.shown) < count:
            await self.more()
        await sending
        assert self.shown[:count] == pattern
        self.shown = self.shown[count:]

    async def send_pieces(self, data):
        for at in range(0, len(data), 1000):
            await self.socket.send(data[at : at + 1000])

    async def skip(self, text, count):
        left = count
        while left:
            if not self.shown:
                await self.more()
            piece, self.shown = self.shown[:left], self.shown[left:]
            assert piece == text.encode() * len(piece), piece[:100]
            left -= len(piece)

    # Nothing is read here but on demand.
    async def pause(self):
        await asyncio.sleep(0)

    async def resume(self):
        await asyncio.sleep(0)

    async def exit(self, code):
        while True:
            message = await self.socket.recv()
            if isinstance(message, str):
                break
        print("frame", message)
        assert json.loads(message)["type"] == "exit" and json.loads(message)["code"] == int(code), message
        await self.closed(1000)

    async def closed(self, code):
        try:
            while True:
                await self.socket.recv()
        except websockets.ConnectionClosed as closed:
            assert closed.code == code, closed

    async def leave(self):
        await self.socket.close()

    async def vanish(self):
        self.socket.transport.abort()


class Teller:
    def __init__(self, where, box, run, token):
        self.where, self.box, self.run = where, box, run
        self.headers = {"Authorization": "Bearer " + token} if token else {}
        self.terminals = {}

    async def step(self, name, act, *words):
        if name == "0-9":
            for i in range(10):
                await self.step(str(i), act, *(str(word).replace("$", str(i)) for word in words))
            return
        told = [word.replace("@", self.run) if isinstance(word, str) else word for word in words]
        if act == "open":
            self.terminals[name] = Terminal(await self.open(*told))
        else:
            await getattr(self.terminals[name], "wait_for" if act == "await" else act)(*told)

    async def open(self, query):
        path = f"/v1/boxes/{self.box}/attach?{query}"
        if self.where.startswith("/"):
            return await websockets.unix_connect(self.where, "ws://boxrun" + path, compression=None)
        uri = self.where.replace("http", "ws", 1) + path
        return await websockets.connect(uri, compression=None, extra_headers=self.headers)


async def main(stories, where, box, run, token=""):
    with open(stories) as file:
        for name, steps in json.load(file).items():
            teller = Teller(where, box, run, token)
            for step in steps:
                await teller.step(*step)
            print(name)


asyncio.run(main(*sys.argv[1:]))
