"""The daemon as a program sees it: one connection, kept open, over the Unix socket."""

import base64
import http.client
import json
import os
import socket
import struct


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("boxrun")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Daemon:
    def __init__(self, state):
        self.path = os.path.join(state, "boxrun.sock")
        self.connection = _UnixConnection(self.path)

    def ask(self, method, path, body=None):
        """Sends a request with a JSON body and returns the answer's."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def stream(self, method, path, body=None, headers=None):
        """Sends a request and returns how many bytes its answer has."""
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        buffer, count = bytearray(1 << 20), 0
        while size := answer.readinto(buffer):
            count += size
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {bytes(buffer[:min(count, 200)])}")
        return count

    def events(self, path, body=None, end=b"event:exit"):
        """Reads events to their end, which has to be a certain one; with a JSON body by POST."""
        headers = {"Accept": "text/event-stream"}
        if body is None:
            self.connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            self.connection.request("POST", path, json.dumps(body), headers)
        text = self.connection.getresponse().read()
        if end not in text.replace(b": ", b":"):
            raise RuntimeError(f"{path}: no {end.decode()} in {text[-200:]}")

    def web_socket(self, path):
        """Opens a WebSocket and returns how many bytes come in binary messages before it ends."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(self.path)
            key = base64.b64encode(os.urandom(16)).decode()
            sock.sendall(
                f"GET {path} HTTP/1.1\r\nHost: boxrun\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            stream = sock.makefile("rb", 1 << 20)
            status = stream.readline()
            if b" 101 " not in status:
                raise RuntimeError(f"{path}: {status!r}")
            while stream.readline() not in (b"\r\n", b""):
                pass
            count = 0
            while head := stream.read(2):
                size = head[1] & 0x7F
                if size == 126:
                    (size,) = struct.unpack(">H", stream.read(2))
                elif size == 127:
                    (size,) = struct.unpack(">Q", stream.read(8))
                data = stream.read(size)
                if head[0] & 0x0F == 2:
                    count += len(data)
                elif head[0] & 0x0F == 8 or data.startswith(b'{"type":"exit"'):
                    break
            return count

    def close(self):
        self.connection.close()
