"""A client as they were written before boxrun: it makes objects from exactly the members it knows.

known_client.py URL TOKEN IMAGE, where URL is http://host:port or the path of a Unix socket; the standard library only.
"""

import dataclasses
import http.client
import json
import socket
import sys
import urllib.parse


@dataclasses.dataclass
class Box:
    id: str
    name: str
    status: str
    image: str
    cpu: float
    memory_mb: int
    disk_size_gb: int
    network: bool
    workdir: str
    env: dict
    volumes: list
    error_code: str
    error_message: str
    created_at: str
    started_at: str
    stopped_at: str


@dataclasses.dataclass
class Exec:
    id: str
    box_id: str
    status: str
    cmd: list
    env: dict
    workdir: str
    timeout_ms: int
    exit_code: int
    error_message: str
    created_at: str
    finished_at: str


@dataclasses.dataclass
class RunResult:
    exit_code: int
    stdout: str
    stderr: str
    error_message: str


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("boxrun")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


class Client:
    def __init__(self, url, token):
        self.url = url
        self.headers = {"Authorization": "Bearer " + token} if token else {}

    def connection(self):
        if self.url.startswith("/"):
            return UnixConnection(self.url)
        return http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=120)

    def send(self, method, path, body=None, headers=None):
        connection = self.connection()
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        more = {"Content-Type": "application/json"} if isinstance(body, dict) else {}
        connection.request(method, path, content, {**self.headers, **more, **(headers or {})})
        return connection.getresponse()

    def ask(self, method, path, body=None, headers=None):
        answer = self.send(method, path, body, headers)
        value = json.loads(answer.read())
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {value['code']}: {value['message']}")
        return value

    def events(self, path):
        answer = self.send("GET", path, headers={"Accept": "text/event-stream"})
        kind = None
        for line in answer:
            text = line.decode().rstrip("\n")
            if text.startswith("event:"):
                kind = text[6:].strip()
            elif text.startswith("data:"):
                yield kind, json.loads(text[5:])


def main(url, token, image):
    client = Client(url, token)
    box = Box(**client.ask("POST", "/v1/boxes", {"image": image, "memory_mb": 64}))
    try:
        assert box.status == "running", box
        assert box.id in [Box(**each).id for each in client.ask("GET", "/v1/boxes?status=running")]

        cmd = ["sh", "-c", "echo hello; exit 3"]
        execution = Exec(**client.ask("POST", f"/v1/boxes/{box.id}/exec", {"cmd": cmd}))
        output, exit_code = "", None
        for kind, event in client.events(f"/v1/boxes/{box.id}/exec/{execution.id}/events"):
            if kind == "log":
                output += event["data"]
            elif kind == "exit":
                exit_code = json.loads(event["data"])["exit_code"]
        assert (output, exit_code) == ("hello\n", 3), (output, exit_code)
        execution = Exec(**client.ask("GET", f"/v1/boxes/{box.id}/exec/{execution.id}"))
        assert (execution.status, execution.exit_code) == ("failed", 3), execution

        form = (
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncontent\r\n'
            '--x\r\nContent-Disposition: form-data; name="path"\r\n\r\n/tmp/a\r\n--x--\r\n'
        )
        sent = {"Content-Type": "multipart/form-data; boundary=x"}
        client.ask("POST", f"/v1/boxes/{box.id}/files/upload", form.encode(), sent)
        answer = client.send("POST", f"/v1/boxes/{box.id}/files/download", {"path": "/tmp/a"})
        assert answer.read() == b"content"

        box = Box(**client.ask("POST", f"/v1/boxes/{box.id}:stop"))
        assert box.status == "stopped", box
        box = Box(**client.ask("POST", f"/v1/boxes/{box.id}:start"))
        assert box.status == "running", box
    finally:
        assert client.ask("DELETE", f"/v1/boxes/{box.id}?force=true") == {"ok": True}

    result = RunResult(**client.ask("POST", "/v1/run", {"image": image, "cmd": ["echo", "hi"], "memory_mb": 64}))
    assert result == RunResult(0, "hi\n", "", None), result
    info = client.ask("GET", "/v1/info")
    assert info["max_cpu"] > 0 and info["max_memory_mb"] > 0, info


main(*sys.argv[1:])
